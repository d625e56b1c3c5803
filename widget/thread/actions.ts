import { html, nothing } from 'lit';
import type { Action } from '../../worker/protocol.ts';
import { onRoveFocus, onRoveKey } from '../rove.ts';
import type { Key } from '../words/keys.ts';
import type { Words } from '../words/words.ts';

export interface ActionsView {
  words: Words;
  /** Of the site, in its order. */
  actions: readonly Action[];
  isDisabled: boolean;
  /** The model draws the shown picture in a larger size. */
  canSharpen: boolean;
  onTake: () => void;
  onSharper: () => void;
  /** The beginning of a change; the caret belongs after it. */
  onBegin: (text: string) => void;
}

/** Names of the actions that put a beginning into the text, and the beginnings. */
const BEGINNINGS: Partial<Record<Action, readonly [name: Key, text: Key]>> = {
  background: ['quickBackground', 'beginBackground'],
  restyle: ['quickRestyle', 'beginRestyle'],
  remove: ['quickRemove', 'beginRemove'],
};

/** Quick changes of the shown picture, as chips under the field. */
export function renderActions({ words, actions, isDisabled, canSharpen, onTake, onSharper, onBegin }: ActionsView) {
  const chips = actions.flatMap((action): { name: Key; act: () => void }[] => {
    if (action === 'take') return [{ name: 'another', act: onTake }];
    if (action === 'sharper') return canSharpen ? [{ name: 'quickSharper', act: onSharper }] : [];
    const [name, text] = BEGINNINGS[action] ?? [];
    return name && text ? [{ name, act: () => onBegin(`${words.say(text)} `) }] : [];
  });
  if (chips.length === 0) return nothing;
  return html`
    <div
      class="quick"
      role="toolbar"
      aria-label=${words.say('quickChanges')}
      @keydown=${onRoveKey}
      @focusin=${onRoveFocus}
    >
      ${chips.map(
        ({ name, act }, at) => html`
          <button type="button" class="chip" tabindex=${at === 0 ? 0 : -1} ?disabled=${isDisabled} @click=${act}>
            ${words.say(name)}
          </button>
        `,
      )}
    </div>
  `;
}
