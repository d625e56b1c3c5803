/** Fields of a record: text with its unit, ticks, and choices in a row. */
import { html, nothing } from 'lit';
import { describedBy, field } from '../parts/field.ts';

export interface RecordFieldOptions {
  /** Path in the record, which is the id of the control too. */
  name: string;
  label: string;
  value: string;
  /** `$` stands before the text, others after it. */
  unit?: string;
  hint?: string | undefined;
  problem?: string | undefined;
  placeholder?: string;
  lines?: number;
  decimal?: boolean;
  onInput: (typed: string) => void;
  onLeave?: (typed: string) => void;
}

export const idOf = (name: string): string => `f-${name.replaceAll('.', '-')}`;

export function recordField(options: RecordFieldOptions) {
  const { name, label, value, unit, hint, problem, placeholder = '', lines, decimal, onInput, onLeave } = options;
  const id = idOf(name);
  const typed = (event: Event): string => (event.target as HTMLInputElement).value;
  const input = lines
    ? html`<textarea
        id=${id}
        placeholder=${placeholder}
        rows=${lines}
        .value=${value}
        aria-describedby=${describedBy(id)}
        aria-invalid=${problem ? 'true' : nothing}
        @input=${(event: Event) => onInput(typed(event))}
        @change=${(event: Event) => onLeave?.(typed(event))}
      ></textarea>`
    : html`<input
        id=${id}
        autocomplete="off"
        spellcheck="false"
        inputmode=${decimal ? 'decimal' : nothing}
        .value=${value}
        placeholder=${placeholder}
        aria-describedby=${describedBy(id)}
        aria-invalid=${problem ? 'true' : nothing}
        @input=${(event: Event) => onInput(typed(event))}
        @change=${(event: Event) => onLeave?.(typed(event))}
      />`;
  const units = unit === '$' ? { before: unit } : unit ? { after: unit } : {};
  return field({ id, label, hint, problem, ...units }, input);
}

/** @param disabled Shown, and not for choosing. */
export function tick(
  name: string,
  label: unknown,
  checked: boolean,
  onChange: (checked: boolean) => void,
  { hint, problem, disabled = false }: { hint?: unknown; problem?: string | undefined; disabled?: boolean } = {},
) {
  const id = idOf(name);
  return html`<div class="tick">
    <label for=${id}
      ><input
        id=${id}
        type="checkbox"
        .checked=${checked}
        ?disabled=${disabled}
        aria-describedby=${problem ? `${id}-problem` : nothing}
        aria-invalid=${problem ? 'true' : nothing}
        @change=${(event: Event) => onChange((event.target as HTMLInputElement).checked)}
      />${label}</label
    >
    ${hint ? html`<span class="hint">${hint}</span>` : nothing}
    ${problem ? html`<p class="problem" id="${id}-problem">${problem}</p>` : nothing}
  </div>`;
}

/** Choices in a row, of which one is taken. */
export const segments = (
  label: string,
  choices: Readonly<Record<string, string>>,
  chosen: string,
  onChoose: (choice: string) => void,
) => html`<div class="segments" role="group" aria-label=${label}>
  ${Object.entries(choices).map(
    ([choice, words]) =>
      html`<button type="button" aria-pressed=${choice === chosen} @click=${() => onChoose(choice)}>${words}</button>`,
  )}
</div>`;

/** A list to choose from. @param choices Value and name of each. @param id Of the control, where a label stands outside. */
export const select = (
  choices: Iterable<readonly [string, string]>,
  chosen: string,
  onChoose: (value: string) => void,
  id?: string,
) => html`<select id=${id ?? nothing} @change=${(event: Event) => onChoose((event.target as HTMLSelectElement).value)}>
  ${Array.from(choices, ([value, name]) => html`<option value=${value} .selected=${value === chosen}>${name}</option>`)}
</select>`;
