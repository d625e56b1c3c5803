import { html, nothing } from 'lit';
import { EDITOR } from '../words/sites.ts';
import { beside } from './beside.ts';
import { SiteEditing } from './editing.ts';
import { saveBar } from './save-bar.ts';
import { brokenNote } from './sections/broken.ts';
import { jsonSection } from './sections/json.ts';
import { deletion, sections } from './sections.ts';

/** One site: its record in fields, whether it would allow a request, and how it gets on a page. */
export class SiteEditor extends SiteEditing {
  protected override render() {
    if (this.loadProblem) {
      return html`<p class="buttons">
        <button type="button" @click=${() => this.load()}>${EDITOR.again}</button>
        <a class="button" href="/peel/admin/sites">${EDITOR.back}</a>
      </p>`;
    }
    if (!this.loaded || !this.choices) return html`<p class="soft" aria-busy="true">—</p>`;
    return html`<div class="site">
      <div class="site-form">
        ${brokenNote(this)} ${this.record ? sections(this) : nothing} ${jsonSection(this)} ${deletion(this)}
        ${saveBar(this)}
      </div>
      <aside class="site-beside">${beside(this)}</aside>
    </div>`;
  }
}

customElements.define('desk-site', SiteEditor);
