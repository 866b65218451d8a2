import { __Name__Client } from './client.js';

/** The company's items: a list, and a form for one more. */
export default class __Name__Module {
    async init(context) {
        this.client = new __Name__Client(context.api, context.company);
        this.root = context.element;
        this.root.innerHTML = `
            <h1></h1>
            <form>
                <input name="name" placeholder="A new item" maxlength="200" required aria-label="Name">
                <input name="quantity" type="number" min="0" value="0" required aria-label="Quantity">
                <button>Keep</button>
            </form>
            <p role="alert"></p>
            <ul></ul>`;
        this.root.querySelector('h1').textContent = "__display_text__";
        this.form = this.root.querySelector('form');
        this.onSubmit = (event) => this.keep(event);
        this.form.addEventListener('submit', this.onSubmit);
        await this.show();
    }

    async keep(event) {
        event.preventDefault();
        const said = this.root.querySelector('[role=alert]');
        try {
            await this.client.createItem({ name: this.form.name.value, quantity: this.form.quantity.valueAsNumber }, crypto.randomUUID());
            this.form.reset();
            said.textContent = '';
            await this.show();
        } catch (problem) {
            said.textContent = problem.detail ?? String(problem);
        }
    }

    async show() {
        const { items } = await this.client.listItems();
        this.root.querySelector('ul').replaceChildren(...items.map((item) => {
            const line = document.createElement('li');
            line.textContent = `${item.quantity} × ${item.name}`;
            return line;
        }));
    }

    cleanup() {
        this.form?.removeEventListener('submit', this.onSubmit);
        this.root?.replaceChildren();
    }
}
