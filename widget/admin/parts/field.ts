/** A field with its label, hint and problem. The label stands above and is always there; the unit is inside the frame. */
import { html, nothing } from 'lit';

export interface FieldOptions {
  /** Of the control, unique in the document. */
  id: string;
  label: string;
  /** Under the field, text or a template. */
  hint?: unknown;
  /** What is wrong, and what to write. Empty: nothing is. */
  problem?: string | undefined;
  /** What is allowed, and may not be meant. */
  warning?: string | undefined;
  /** Inside the frame, before and after the control: `$`, `a day`. */
  before?: string;
  after?: string;
}

/** For `aria-describedby` of a control that stands in a {@link field}. */
export const describedBy = (id: string): string => `${id}-problem ${id}-warning ${id}-hint`;

/** @param control An element with this id, and with `aria-describedby` of {@link describedBy}. */
export const field = ({ id, label, hint, problem, warning, before, after }: FieldOptions, control: unknown) =>
  html`<div class="field">
    <label for=${id}>${label}</label>
    ${
      before === undefined && after === undefined
        ? control
        : html`<span class="framed">
            ${before === undefined ? nothing : html`<span aria-hidden="true">${before}</span>`}${control}${
              after === undefined ? nothing : html`<span aria-hidden="true">${after}</span>`
            }
          </span>`
    }
    <p class="problem" id=${`${id}-problem`}>${problem || nothing}</p>
    <p class="warning" id=${`${id}-warning`}>${warning || nothing}</p>
    ${hint === undefined ? nothing : html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;

export interface TextFieldOptions extends FieldOptions {
  value: string;
  onInput: (value: string) => void;
  /** The field was left: the time to judge it. */
  onLeave?: (value: string) => void;
  type?: 'text' | 'url' | 'number' | 'date' | 'search';
  inputMode?: 'decimal' | 'numeric' | 'url' | 'text';
  placeholder?: string;
  maxLength?: number;
}

/** A field of one line. Browsers' own checks are off: the page's words are better. */
export const textField = (options: TextFieldOptions) => {
  const { id, value, onInput, onLeave, type = 'text', inputMode, placeholder, maxLength, problem } = options;
  const typedIn = (event: Event): string => (event.target as HTMLInputElement).value;
  return field(
    options,
    html`<input
      id=${id}
      type=${type}
      .value=${value}
      inputmode=${inputMode ?? nothing}
      placeholder=${placeholder ?? nothing}
      maxlength=${maxLength ?? nothing}
      autocomplete="off"
      spellcheck=${type === 'text' ? nothing : 'false'}
      aria-invalid=${problem ? 'true' : nothing}
      aria-describedby=${describedBy(id)}
      @input=${(event: Event) => onInput(typedIn(event))}
      @change=${(event: Event) => onLeave?.(typedIn(event))}
    >`,
  );
};
