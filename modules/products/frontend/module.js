import { ProductsClient } from './client.js';

/** What the company sells, as a table. */
export default class ProductsModule {
    async init(context) {
        this.root = context.element;
        const products = new ProductsClient(context.api, context.company);
        this.root.innerHTML = '<h1>Products</h1><table><thead><tr><th>Number</th><th>Label</th><th>Price</th></tr></thead><tbody></tbody></table>';
        const { items } = await products.listProducts();
        this.root.querySelector('tbody').replaceChildren(...items.map((product) => {
            const row = document.createElement('tr');
            for (const text of [product.sku, product.label, `${product.price} ${product.currency}`]) row.insertCell().textContent = text;
            return row;
        }));
    }

    cleanup() {
        this.root?.replaceChildren();
    }
}
