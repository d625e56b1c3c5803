/** How the element looks on the page. */
import { html } from 'lit';
import { EDITOR } from '../../words/sites.ts';
import type { SiteEditing } from '../editing.ts';
import { field, idOf } from '../field.ts';

export function look(editor: SiteEditing) {
  const { record } = editor;
  const one = (name: 'accent' | 'radius' | 'font', label: string) =>
    field({
      ...{ name: `look.${name}`, label, value: record?.look?.[name] ?? '', placeholder: EDITOR.asPage },
      problem: editor.problemAt(`look.${name}`),
      onInput: (typed) => editor.set(`look.${name}`, typed === '' ? undefined : typed),
    });
  const scheme = record?.look?.scheme ?? '';
  return html`<div class="four">
      ${one('accent', EDITOR.accent)} ${one('radius', EDITOR.corners)} ${one('font', EDITOR.font)}
      <div class="entry">
        <label for=${idOf('look.scheme')}>${EDITOR.scheme}</label>
        <select
          id=${idOf('look.scheme')}
          @change=${(event: Event) => editor.set('look.scheme', (event.target as HTMLSelectElement).value || undefined)}
        >
          ${Object.entries(EDITOR.schemes).map(([value, name]) => html`<option value=${value} .selected=${value === scheme}>${name}</option>`)}
        </select>
      </div>
    </div>
    <p><a href="/build#site=${editor.site}">${EDITOR.builder}</a></p>`;
}
