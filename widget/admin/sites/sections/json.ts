/** The record as the document that the API takes. */
import { html } from 'lit';
import { EDITOR } from '../../words/sites.ts';
import type { SiteEditing } from '../editing.ts';
import { recordField } from '../field.ts';

/** The document that the API takes. */
export function jsonSection(editor: SiteEditing) {
  const { loaded, record, isJsonOpen } = editor;
  const text = editor.typed.get('json') ?? JSON.stringify(record ?? loaded?.shown.record, null, 2);
  return html`<details
    class="part json"
    ?open=${isJsonOpen}
    @toggle=${(event: Event) => {
      editor.isJsonOpen = (event.target as HTMLDetailsElement).open;
    }}
  >
    <summary>${EDITOR.json}</summary>
    ${recordField({
      ...{
        name: 'json',
        label: EDITOR.json,
        hint: EDITOR.jsonHint,
        lines: 18,
        value: text,
        problem: editor.problemAt('json'),
      },
      onInput: (typed) => editor.typeJson(typed),
      onLeave: () => {
        if (!editor.mends.has('json')) editor.leave('json', { value: undefined });
      },
    })}
  </details>`;
}
