/** What is wrong with a record that cannot be read, above its form. */
import { html, nothing } from 'lit';
import { EDITOR } from '../../words/sites.ts';
import { labelOf } from '../changes.ts';
import type { SiteEditing } from '../editing.ts';
import { wordsOf } from '../problems.ts';
import { fieldOf } from '../record.ts';

export const brokenNote = (editor: SiteEditing) => {
  const { shown } = editor.loaded ?? {};
  if (shown?.source === 'variables') return html`<p class="note">${EDITOR.variables}</p>`;
  if (!shown?.problems) return nothing;
  return html`<div class="note coral">
    <p><b>${EDITOR.broken}</b> ${editor.record ? '' : EDITOR.brokenAll}</p>
    <ul>
      ${shown.problems.map(
        (problem) => html`<li>
          ${wordsOf(problem, fieldOf((shown.record as object | null) ?? {}, problem.field))}
          ${editor.record ? html`<button type="button" class="link" @click=${() => editor.goTo(problem.field)}>${labelOf(problem.field)}</button>` : nothing}
        </li>`,
      )}
    </ul>
  </div>`;
};
