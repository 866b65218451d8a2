import { NotesClient } from './client.js';

/** The company's notes: a list, and a form for one more. */
export default class NotesModule {
    async init(context) {
        this.notes = new NotesClient(context.api, context.company);
        this.root = context.element;
        this.root.innerHTML = `
            <h1>Notes</h1>
            <form><input name="title" placeholder="A new note" maxlength="200" required aria-label="Title"><button>Keep</button></form>
            <p role="alert"></p>
            <ul></ul>`;
        this.form = this.root.querySelector('form');
        this.onSubmit = (event) => this.keep(event);
        this.form.addEventListener('submit', this.onSubmit);
        await this.show();
    }

    async keep(event) {
        event.preventDefault();
        const said = this.root.querySelector('[role=alert]');
        try {
            await this.notes.createNote({ title: this.form.title.value }, crypto.randomUUID());
            this.form.reset();
            said.textContent = '';
            await this.show();
        } catch (problem) {
            said.textContent = problem.detail ?? String(problem);
        }
    }

    async show() {
        const { items } = await this.notes.listNotes();
        this.root.querySelector('ul').replaceChildren(...items.map((note) => {
            const line = document.createElement('li');
            line.textContent = note.pinned ? `${note.title}` : note.title;
            return line;
        }));
    }

    cleanup() {
        this.form?.removeEventListener('submit', this.onSubmit);
        this.root?.replaceChildren();
    }
}
