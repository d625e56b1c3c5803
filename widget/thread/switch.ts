import { html } from 'lit';
import type { Words } from '../words/words.ts';

export type Mode = 'change' | 'new';

export interface SwitchView {
  words: Words;
  mode: Mode;
  isDisabled: boolean;
  onMode: (mode: Mode) => void;
}

/** What the words are for, in the label's place while a picture is shown. */
export function renderSwitch({ words, mode, isDisabled, onMode }: SwitchView) {
  const option = (value: Mode, text: string) => html`
    <label part="segment">
      <input
        type="radio"
        name="peel-mode"
        .value=${value}
        .checked=${mode === value}
        @change=${() => onMode(value)}
      />
      ${text}
    </label>
  `;
  return html`
    <fieldset ?disabled=${isDisabled} @keydown=${keepFromSending}>
      <legend class="visually-hidden">${words.say('changeOrNew')}</legend>
      <div class="segments switch">
        ${option('change', words.say('changeThis'))}${option('new', words.say('newPicture'))}
      </div>
    </fieldset>
  `;
}

/** Enter on a radio button sends the form around it, and here that would make a picture. */
export function keepFromSending(event: KeyboardEvent): void {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
}
