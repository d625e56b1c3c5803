/** How the element looks on the page. */
import { html } from 'lit';
import { EDITOR } from '../../words/sites.ts';
import type { SiteEditing } from '../editing.ts';
import { idOf, recordField, select } from '../field.ts';

export function look(editor: SiteEditing) {
  const { record } = editor;
  const one = (name: 'accent' | 'radius' | 'font', label: string) =>
    recordField({
      ...{ name: `look.${name}`, label, value: record?.look?.[name] ?? '', placeholder: EDITOR.asPage },
      problem: editor.problemAt(`look.${name}`),
      onInput: (typed) => editor.set(`look.${name}`, typed === '' ? undefined : typed),
    });
  return html`<div class="four">
      ${one('accent', EDITOR.accent)} ${one('radius', EDITOR.corners)} ${one('font', EDITOR.font)}
      <div class="entry">
        <label for=${idOf('look.scheme')}>${EDITOR.scheme}</label>
        ${select(Object.entries(EDITOR.schemes), record?.look?.scheme ?? '', (scheme) => editor.set('look.scheme', scheme || undefined), idOf('look.scheme'))}
      </div>
    </div>
    <p><a href="/build#site=${editor.site}">${EDITOR.builder}</a></p>`;
}
