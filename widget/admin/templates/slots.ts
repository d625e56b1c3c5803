/** The slots of a template, one row each. */
import { html, nothing } from 'lit';
import type { DeskSlot, DeskTemplate } from '../../../worker/desk-protocol.ts';
import { idOf, recordField, select, tick } from '../sites/field.ts';
import { mendCount } from '../sites/mend.ts';
import { MEND } from '../words/sites.ts';
import { TEMPLATE } from '../words/templates.ts';
import { problemsOf, withSlotField } from './draft.ts';
import type { TemplateEditing } from './editing.ts';

const LONGEST = 2000;

export function slotTable(editor: TemplateEditing, draft: DeskTemplate) {
  const problems = editor.hasTried ? problemsOf(draft) : new Map<string, string>();
  return html`<section class="panel part-panel">
    <div class="head"><h2>${TEMPLATE.slots}</h2><span>${TEMPLATE.slotsHint}</span></div>
    ${editor.slots.length === 0 ? html`<p class="soft">${TEMPLATE.noSlots}</p>` : nothing}
    <ol class="slots">
      ${editor.slots.map((slot, at) => slotRow(editor, slot, at, problems))}
    </ol>
    <p class="hint">${TEMPLATE.data}</p>
  </section>`;
}

function slotRow(editor: TemplateEditing, slot: DeskSlot, at: number, problems: ReadonlyMap<string, string>) {
  const path = `template.slots.${at}`;
  const { name, label, type, maxLength, choices = [], required } = slot;
  return html`<li>
    <div class="slot">
      ${recordField({
        ...{ name: `${path}.name`, label: TEMPLATE.slotName, value: name, problem: problems.get(`slots.${at}.name`) },
        onInput: (typed) => setSlot(editor, at, { name: typed.trim() }),
      })}
      ${recordField({
        ...{ name: `${path}.label`, label: TEMPLATE.label, value: label, problem: problems.get(`slots.${at}.label`) },
        onInput: (typed) => setSlot(editor, at, { label: typed }),
        onLeave: (typed) => setSlot(editor, at, { label: typed.replace(/\s+/g, ' ').trim() }),
      })}
      <div class="field">
        <label for=${idOf(`${path}.type`)}>${TEMPLATE.takes}</label>
        ${select(Object.entries(TEMPLATE.kinds), type, (kind) => setSlot(editor, at, { type: kind as DeskSlot['type'] }), idOf(`${path}.type`))}
      </div>
      ${
        type === 'text'
          ? recordField({
              ...{
                name: `${path}.maxLength`,
                label: TEMPLATE.upTo,
                value: String(maxLength ?? ''),
                placeholder: '200',
                decimal: true,
                unit: TEMPLATE.characters,
              },
              onInput: (typed) => {
                const mended = mendCount(typed, 1, LONGEST);
                if ('value' in mended) setSlot(editor, at, { maxLength: mended.value } as Partial<DeskSlot>);
              },
              problem: maxLength !== undefined && maxLength > LONGEST ? MEND.notCount(1, LONGEST) : undefined,
            })
          : nothing
      }
      ${
        type === 'choice'
          ? recordField({
              ...{ name: `${path}.choices`, label: TEMPLATE.choices, lines: 4, value: choices.join('\n') },
              problem: problems.get(`slots.${at}.choices`),
              onInput: (typed) => setSlot(editor, at, { choices: typed.split('\n') }),
              onLeave: (typed) =>
                setSlot(editor, at, {
                  choices: [...new Set(typed.split('\n').map((line) => line.replace(/\s+/g, ' ').trim()))].filter(
                    Boolean,
                  ),
                }),
            })
          : nothing
      }
    </div>
    <p class="buttons">
      ${tick(`${path}.required`, TEMPLATE.must, required === true, (on) => setSlot(editor, at, { required: on }))}
      ${
        at > 0
          ? html`<button
              type="button"
              class="link"
              aria-label=${TEMPLATE.upOf(name)}
              @click=${() => editor.set({ slots: editor.slots.toSpliced(at, 1).toSpliced(at - 1, 0, slot) })}
            >
              ${TEMPLATE.up}
            </button>`
          : nothing
      }
      <button
        type="button"
        class="link"
        aria-label=${TEMPLATE.removeOf(name)}
        @click=${() => editor.set({ slots: editor.slots.toSpliced(at, 1) })}
      >
        ${TEMPLATE.remove}
      </button>
    </p>
  </li>`;
}

function setSlot(editor: TemplateEditing, at: number, change: Partial<DeskSlot>): void {
  const slot = editor.slots[at];
  if (!slot || !editor.draft) return;
  const { name } = change;
  // The places in the prompt follow a new name.
  const prompt =
    name !== undefined && /^[A-Za-z]\w{0,39}$/.test(name)
      ? editor.draft.prompt.replaceAll(`{{${slot.name}}}`, `{{${name}}}`)
      : editor.draft.prompt;
  editor.set({ prompt, slots: editor.slots.with(at, withSlotField(slot, change)) });
}

export async function addSlot(editor: TemplateEditing, name: string): Promise<void> {
  const at = editor.slots.length;
  editor.set({ slots: [...editor.slots, { name, label: TEMPLATE.newLabel, type: 'text', maxLength: 80 }] });
  await editor.updateComplete;
  editor.querySelector<HTMLElement>(`#${idOf(`template.slots.${at}.label`)}`)?.focus();
}
