/** Controls that several parts of the page are made of. */
import { html, nothing } from 'lit';
import { WORDS } from './words.ts';

/** Text with code in backquotes. */
export const prose = (text: string): unknown[] =>
  text.split('`').map((part, at) => (at % 2 === 1 ? html`<code dir="ltr">${part}</code>` : part));

/** One choice of a few, side by side. The arrows of the keyboard choose. */
export const segments = <Value extends string>(
  name: string,
  label: string,
  values: readonly Value[],
  names: Readonly<Record<Value, string>>,
  chosen: Value,
  onChoose: (value: Value) => void,
) => html`
  <div class="row">
    <span class="name" id=${`${name}-label`}>${label}</span>
    <div class="segments" role="radiogroup" aria-labelledby=${`${name}-label`}>
      ${values.map(
        (value) => html`
          <label>
            <input type="radio" name=${name} .checked=${value === chosen} @change=${() => onChoose(value)}>
            <span>${names[value]}</span>
          </label>
        `,
      )}
    </div>
  </div>
`;

export const textField = (
  id: string,
  label: string,
  value: string,
  onInput: (value: string) => void,
  { placeholder = '', type = 'text', invalid = '' }: { placeholder?: string; type?: string; invalid?: string } = {},
) => html`
  <div class="row">
    <label class="name" for=${id}>${label}</label>
    <input
      id=${id} type=${type} .value=${value} placeholder=${placeholder} autocomplete="off" spellcheck="false"
      aria-invalid=${invalid ? 'true' : nothing} aria-describedby=${invalid ? `${id}-error` : nothing}
      @input=${(event: InputEvent) => onInput((event.target as HTMLInputElement).value)}>
  </div>
  ${invalid ? html`<p class="wrong" id=${`${id}-error`}>${invalid}</p>` : nothing}
`;

/** A piece of code that can be taken along. */
export interface Copying {
  /** Id of the code that was copied a moment ago, and how it went. */
  copied: { id: string; byHand: boolean } | undefined;
  onCopy: (id: string, text: string) => void;
}

export const copyButton = (id: string, text: string, { copied, onCopy }: Copying, rank = '') => html`
  <button type="button" class=${rank} @click=${() => onCopy(id, text)}>
    ${copied?.id === id ? (copied.byHand ? WORDS.copyByHand : WORDS.copied) : WORDS.copy}
  </button>
`;

/** The list of a site's pages, on the desk. */
export const deskLink = (site: string) =>
  html`<a href=${`/peel/admin/sites/${encodeURIComponent(site)}#where`}>${WORDS.openList}</a>`;

/** One line of code with its button. */
export const codeRow = (id: string, text: string, copying: Copying) => html`
  <div class="code-row"><code id=${id} dir="ltr">${text}</code>${copyButton(id, text, copying)}</div>
`;
