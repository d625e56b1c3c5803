import { html } from 'lit';
import { EDITOR } from '../words/sites.ts';
import { TemplateEditing } from './editing.ts';
import { pictureList } from './pictures.ts';
import { prompt, standing } from './prompt.ts';
import { publish, publishBar } from './publish-bar.ts';
import { slotTable } from './slots.ts';
import { draw, testRun } from './test-run.ts';
import { versionTable } from './versions.ts';

/** One template: its words and slots, a test run of what is not published, and the versions before. */
export class TemplateEditor extends TemplateEditing {
  protected override onKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      void draw(this);
    }
    if (event.key === 's' && this.unsaved) {
      event.preventDefault();
      void publish(this);
    }
  }

  protected override render() {
    if (this.loadProblem) {
      return html`<p class="buttons"><button type="button" @click=${() => this.load()}>${EDITOR.again}</button></p>`;
    }
    const { draft } = this;
    if (!draft || !this.loaded) return html`<p class="soft" aria-busy="true">—</p>`;
    return html`<div class="site">
        <div class="site-form">
          ${prompt(this, draft)} ${slotTable(this, draft)} ${pictureList(this, draft)} ${standing(this, draft)}
        </div>
        <aside class="site-beside">${testRun(this)}</aside>
      </div>
      ${versionTable(this)} ${publishBar(this, draft)}`;
  }
}

customElements.define('desk-template', TemplateEditor);
