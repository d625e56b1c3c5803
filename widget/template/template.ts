/** The owner's form, in place of the words: a visitor fills its slots and sends nothing else. */
import { html, nothing } from 'lit';
import type { TemplateSlot } from '../../worker/protocol.ts';
import { CHEVRON, icon } from '../icons.ts';
import { TEMPLATE } from '../words/english/template.ts';
import { addEnglish, type Words } from '../words/words.ts';
import { lengthOf, type SlotValues, slotValue } from './slots.ts';

export { checkSlots, slotValue, toTemplatePart } from './slots.ts';
export { styles } from './styles.ts';

addEnglish(TEMPLATE);

/** More of them are a list to open. */
const MAX_BUTTONS = 6;

export interface TemplateView {
  words: Words;
  slots: readonly TemplateSlot[];
  values: SlotValues;
  /** What is wrong with a slot, by its name. */
  invalid: Readonly<Record<string, string>>;
  /** The reference of a photo slot and its button. */
  photo(slot: TemplateSlot): unknown;
  onValue(name: string, value: string): void;
}

export function renderTemplate(view: TemplateView) {
  return html`<div class="slots" @input=${stop} @change=${stop}>
    ${view.slots.map((slot, index) => renderSlot(view, slot, `slot-${index}`))}
  </div>`;
}

/** Stops the `input` and `change` of slots: on the element they would look like typing into the prompt. */
const stop = (event: Event) => event.stopPropagation();

/** The first control of the first slot with a problem. */
export const firstInvalid = (root: ParentNode): HTMLElement | null =>
  root.querySelector<HTMLElement>(".slot.invalid :is(input:not([type='file']), select, button)");

function renderSlot(view: TemplateView, slot: TemplateSlot, id: string) {
  const problem = view.invalid[slot.name];
  const aside = asideOf(view, slot);
  const description = [aside && `${id}-aside`, problem && `${id}-problem`].filter(Boolean).join(' ') || nothing;
  const isRadios = isButtons(slot);
  const isGroup = isRadios || slot.type === 'photo';
  return html`
    <div
      class="slot ${problem ? 'invalid' : ''}"
      role=${isRadios ? 'radiogroup' : isGroup ? 'group' : nothing}
      aria-labelledby=${isGroup ? `${id}-label` : nothing}
      aria-describedby=${isGroup ? description : nothing}
      aria-required=${isRadios && slot.required ? 'true' : nothing}
      aria-invalid=${isRadios && problem ? 'true' : nothing}
    >
      <div class="name">
        ${
          isGroup
            ? html`<span id="${id}-label" part="label">${slot.label}</span>`
            : html`<label part="label" for=${id}>${slot.label}</label>`
        }
        ${aside && html`<span id="${id}-aside" part=${slot.type === 'text' ? 'count' : nothing} class="small quiet">${aside}</span>`}
      </div>
      ${renderControl(view, slot, { id, description })}
      ${problem ? html`<p id="${id}-problem" class="note-text">${problem}</p>` : nothing}
    </div>
  `;
}

const isButtons = ({ type, choices }: TemplateSlot) => type === 'choice' && choices.length <= MAX_BUTTONS;

/** The limit of a text, as soon as there is one to count; else that the slot may stay empty. */
function asideOf({ words, values }: TemplateView, { name, type, maxLength, required }: TemplateSlot): string {
  const n = lengthOf(slotValue(values, name));
  if (type === 'text' && (n > 0 || required)) return words.say('countOf', { n, all: maxLength });
  return required ? '' : words.say('optional');
}

/** Ids of a control and of the texts that describe it. */
interface Ids {
  id: string;
  description: string | typeof nothing;
}

function renderControl(view: TemplateView, slot: TemplateSlot, ids: Ids) {
  if (slot.type === 'photo') return view.photo(slot);
  if (slot.type === 'text') return renderText(view, slot, ids);
  return isButtons(slot) ? renderButtons(view, slot, ids) : renderSelect(view, slot, ids);
}

/** A visitor may type past the limit: the field must not cut what is pasted, and the count says how much is too much. */
function renderText({ values, invalid, onValue }: TemplateView, { name, required }: TemplateSlot, ids: Ids) {
  const value = slotValue(values, name);
  return html`
    <input
      id=${ids.id}
      part="field"
      type="text"
      enterkeyhint="go"
      dir=${value ? 'auto' : nothing}
      ?required=${required}
      aria-invalid=${invalid[name] ? 'true' : nothing}
      aria-describedby=${ids.description}
      .value=${value}
      @input=${(event: Event) => onValue(name, (event.target as HTMLInputElement).value)}
    />
  `;
}

function renderButtons(
  { words, values, onValue }: TemplateView,
  { name, choices, required }: TemplateSlot,
  { id }: Ids,
) {
  const value = slotValue(values, name);
  return html`
    <div class="options">
      ${[...choices, ...(required ? [] : [''])].map(
        (choice) => html`
          <label class="option">
            <input
              type="radio"
              name=${id}
              .checked=${choice === value}
              @change=${() => onValue(name, choice)}
            />
            ${choice || words.say('noChoice')}
          </label>
        `,
      )}
    </div>
  `;
}

function renderSelect({ words, values, invalid, onValue }: TemplateView, slot: TemplateSlot, ids: Ids) {
  const { name, choices, required } = slot;
  const value = slotValue(values, name);
  return html`
    <div class="list">
      <select
        id=${ids.id}
        part="field"
        ?required=${required}
        aria-invalid=${invalid[name] ? 'true' : nothing}
        aria-describedby=${ids.description}
        @change=${(event: Event) => onValue(name, (event.target as HTMLSelectElement).value)}
      >
        <option value="" ?hidden=${required} .selected=${!choices.includes(value)}>
          ${words.say(required ? 'chooseOne' : 'noChoice')}
        </option>
        ${choices.map((choice) => html`<option value=${choice} .selected=${choice === value}>${choice}</option>`)}
      </select>
      ${icon(CHEVRON)}
    </div>
  `;
}
