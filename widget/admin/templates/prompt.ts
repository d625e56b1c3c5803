/** The words of a template: its prompt, with the slots to insert, and its standing instruction. */
import { html } from 'lit';
import type { DeskTemplate } from '../../../worker/desk-protocol.ts';
import { idOf, recordField } from '../sites/field.ts';
import { TEMPLATE } from '../words/templates.ts';
import { freeName, slotUses } from './draft.ts';
import type { TemplateEditing } from './editing.ts';
import { addSlot } from './slots.ts';

export function prompt(editor: TemplateEditing, draft: DeskTemplate) {
  const { uses, unknown } = slotUses(draft);
  return html`<section class="panel part-panel">
    ${recordField({
      ...{
        name: 'template.prompt',
        label: TEMPLATE.prompt,
        lines: 7,
        value: draft.prompt,
        hint: TEMPLATE.promptHint,
      },
      problem: editor.hasTried && draft.prompt.trim() === '' ? TEMPLATE.noPrompt : undefined,
      onInput: (prompt) => editor.set({ prompt }),
    })}
    <p class="buttons">
      <span class="small soft">${TEMPLATE.insert}</span>
      ${[...uses].map(
        ([name, count]) =>
          html`<button type="button" class="chip ${count === 0 ? 'unused' : ''}" title=${count === 0 ? TEMPLATE.unused(name) : TEMPLATE.used(name, count)} @click=${() => insert(editor, name)}>
            ${name}
          </button>`,
      )}
      <button type="button" @click=${() => addSlot(editor, freeName(editor.slots))}>${TEMPLATE.newSlot}</button>
      <span class="small soft">${TEMPLATE.length(draft.prompt.length)}</span>
    </p>
    ${unknown.map(
      (name) => html`<p class="problem">
        ${TEMPLATE.unknown(name)}
        <button type="button" class="link" @click=${() => addSlot(editor, name)}>${TEMPLATE.addIt}</button>
      </p>`,
    )}
    ${[...uses]
      .filter(([, count]) => count === 0)
      .map(([name]) => {
        const isPhoto = draft.slots?.find((slot) => slot.name === name)?.type === 'photo';
        return html`<p class="sun-line">${isPhoto ? TEMPLATE.unusedPhoto(name) : TEMPLATE.unused(name)}</p>`;
      })}
  </section>`;
}

function insert(editor: TemplateEditing, name: string): void {
  const area = editor.querySelector<HTMLTextAreaElement>(`#${idOf('template.prompt')}`);
  if (!area) return;
  area.setRangeText(`{{${name}}}`, area.selectionStart, area.selectionEnd, 'end');
  editor.set({ prompt: area.value });
  area.focus();
}

export function standing(editor: TemplateEditing, { systemInstruction = '' }: DeskTemplate) {
  return html`<section class="panel part-panel">
    ${recordField({
      ...{ name: 'template.systemInstruction', label: TEMPLATE.standing, lines: 3 },
      ...{ value: systemInstruction, hint: TEMPLATE.standingHint },
      onInput: (typed) => {
        const { systemInstruction: _, ...others } = editor.draft as DeskTemplate;
        editor.draft = others;
        editor.set(typed === '' ? {} : { systemInstruction: typed });
      },
    })}
  </section>`;
}
