/** What outlives the page: the store, conversations as data, and the pictures of earlier visits above the examples. */
import { html, nothing } from 'lit';
import type { Turn } from '../model.ts';
import { onRoveFocus, onRoveKey } from '../rove.ts';
import { CHANGE } from '../words/english/change.ts';
import { addEnglish, type Words } from '../words/words.ts';
import { keptStyles } from './styles.ts';
import { shownTurn, type Thread, titleOf } from './thread.ts';

export { exportSession, importSession } from './session.ts';
export { createStore } from './store.ts';

addEnglish(CHANGE);

export const styles = keptStyles;

/** Tiles at first; the others come with a press. */
const FEW = 6;

export interface KeptView {
  words: Words;
  /** One thread for each picture, as `picturesOf` gives them. */
  pictures: readonly Thread[];
  /** Address of a small picture of the turn; undefined while it is looked for. */
  imageOf: (turn: Turn) => string | undefined;
  /** All tiles, however many. */
  isAll: boolean;
  /** The visitor is asked whether all are to go. */
  isAsking: boolean;
  onOpen: (thread: Thread) => void;
  onAll: () => void;
  onAsk: (isAsking: boolean) => void;
  /** The row is gone afterwards, so the focus needs another place. */
  onClear: () => void;
}

/** Nothing where there are none. */
export function renderKept(view: KeptView) {
  const { words, pictures, isAll, onAll } = view;
  if (pictures.length === 0) return nothing;
  const tiles = isAll ? pictures : pictures.slice(0, FEW);
  return html`
    <section class="kept" aria-label=${words.say('keptPictures')}>
      <div class="kept-head">${renderHead(view)}</div>
      <div class="kept-tiles" role="toolbar" aria-label=${words.say('keptPictures')} @keydown=${onRoveKey} @focusin=${onRoveFocus}>
        ${tiles.map((thread, at) => renderTile(view, thread, at))}
      </div>
      ${
        tiles.length < pictures.length
          ? html`
            <p class="small">
              <button type="button" class="link" @click=${onAll}>
                ${words.say('keptMore', { n: pictures.length })}
              </button>
            </p>
          `
          : nothing
      }
    </section>
  `;
}

function renderHead({ words, isAsking, onAsk, onClear }: KeptView) {
  const ask = (isAsked: boolean) => (event: Event) => {
    const head = (event.currentTarget as Element).closest('.kept-head');
    onAsk(isAsked);
    // The pressed button is replaced: focus goes to the harmless one of those that come.
    requestAnimationFrame(() => [...(head?.querySelectorAll('button') ?? [])].at(-1)?.focus());
  };
  if (!isAsking) {
    return html`
      <h2>${words.say('keptPictures')}</h2>
      <p class="small"><button type="button" class="link" @click=${ask(true)}>${words.say('keptClear')}</button></p>
    `;
  }
  return html`
    <p role="alert">${words.say('keptClearAsk')}</p>
    <span class="kept-choice">
      <button type="button" class="tonal danger" @click=${onClear}>${words.say('keptClear')}</button>
      <button type="button" class="tonal" @click=${ask(false)}>${words.say('keptKeep')}</button>
    </span>
  `;
}

function renderTile({ words, imageOf, onOpen }: KeptView, thread: Thread, at: number) {
  const turn = shownTurn(thread);
  if (!turn) return nothing;
  const { length } = thread.turns;
  const versions = length > 1 ? `, ${words.say('keptVersions', { n: length })}` : '';
  return html`
    <button
      type="button"
      class="kept-tile"
      tabindex=${at === 0 ? 0 : -1}
      aria-label=${words.say('keptOpen', { text: titleOf(turn) }) + versions}
      @click=${() => onOpen(thread)}
    >
      <img alt="" loading="lazy" decoding="async" src=${imageOf(turn) ?? nothing} />
      <span class="small quiet" dir="auto">${titleOf(turn)}</span>
    </button>
  `;
}
