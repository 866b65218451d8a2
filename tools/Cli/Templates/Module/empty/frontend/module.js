/** The module's page. */
export default class __Name__Module {
    async init(context) {
        this.root = context.element;
        const title = document.createElement('h1');
        title.textContent = "__display_text__";
        this.root.replaceChildren(title);
    }

    cleanup() {
        this.root?.replaceChildren();
    }
}
