import { html, nothing } from 'lit';
import { isPassing } from '../api/problem.ts';
import { ADD, icon } from '../icons.ts';
import { renderItem, renderMenu } from '../menu/menu.ts';
import { CLOSE, DETAILS, TAKE } from '../more-icons.ts';
import { REFERENCES } from '../words/english/references.ts';
import { addEnglish, type Words } from '../words/words.ts';
import { startDrag } from './drag.ts';
import { namesAny } from './naming.ts';
import type { Reference } from './reference.ts';

addEnglish(REFERENCES);

/** The pictures and what can be done with them: `References` is one. */
interface ReferenceList {
  readonly items: readonly Reference[];
  /** Place of the picture that the Tab key stops at. */
  current: number;
  remove(id: string): void;
  move(id: string, index: number): void;
  retry(id: string): void;
  update(): void;
}

export interface ReferencesView {
  references: ReferenceList;
  /** The visitor's words. */
  text: string;
  words: Words;
  isDisabled: boolean;
  /** Speaks politely. */
  announce(text: string): void;
  /** The last picture was removed while focus was on it. */
  onEmpty(): void;
}

/**
 * The added pictures in their order, and a hint to name them. Pictures have one Tab stop and arrow keys between them.
 * Each stands at a place whose elements stay, whatever picture is shown there: focus stays at the place.
 */
export function renderReferences(view: ReferencesView) {
  const { references, text, words } = view;
  const { items } = references;
  if (items.length === 0) return nothing;
  const naming = { nouns: words.say('pictureNouns'), ordinals: words.say('pictureOrdinals') };
  return html`
    <ul part="references" class="refs" role="list" aria-label=${words.say('references')}>
      ${items.map((item, index) => renderTile(view, item, index))}
    </ul>
    ${
      items.length > 1 && !namesAny(text, items.length, naming)
        ? html`<p class="refs-hint small quiet">${words.say('nameReferences', { first: 1, second: 2 })}</p>`
        : nothing
    }
  `;
}

function renderTile(view: ReferencesView, item: Reference, index: number) {
  const { references, words, isDisabled } = view;
  const { state, previewUrl, id } = item;
  const n = index + 1;
  const isWaiting = state === 'preparing' || state === 'uploading';
  const isCurrent = index === Math.min(references.current, references.items.length - 1);
  return html`
    <li part="reference" class="ref ${isWaiting ? 'waits' : ''}">
      <button
        type="button"
        class="ref-tile"
        tabindex=${isCurrent ? 0 : -1}
        popovertarget=${`reference-${n}`}
        aria-haspopup="menu"
        aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight Delete"
        aria-label=${labelOf(item, n, words)}
        ?disabled=${isDisabled}
        @focus=${() => visit(references, index)}
        @keydown=${(event: KeyboardEvent) => onKeyDown(event, view, index)}
        @pointerdown=${(event: PointerEvent) => onPointerDown(event, view, index)}
      >
        ${previewUrl ? html`<img src=${previewUrl} alt="" draggable="false" />` : icon(ADD)}
        ${isWaiting ? nothing : html`<span class="ref-number scrim">${words.number(n)}</span>`}
      </button>
      ${isWaiting ? renderProgress(item, n, words) : nothing}
      ${state === 'failed' ? renderFailed(view, item, n) : nothing}
      <button
        type="button"
        part="reference-remove"
        class="ref-remove scrim"
        tabindex="-1"
        aria-label=${words.say('removeReference', { n })}
        ?disabled=${isDisabled}
        @click=${(event: MouseEvent) => remove(view, listOf(event), index)}
      >
        ${icon(CLOSE)}
      </button>
      ${renderMenu(
        [
          mayRetry(item)
            ? renderItem({ text: words.say('retryReference', { n }), onChoose: () => references.retry(id) })
            : nothing,
          renderItem({
            text: words.say('moveEarlier'),
            isDisabled: index === 0,
            onChoose: (event) => move(view, listOf(event), index, index - 1),
          }),
          renderItem({
            text: words.say('moveLater'),
            isDisabled: n === references.items.length,
            onChoose: (event) => move(view, listOf(event), index, index + 1),
          }),
          renderItem({
            text: words.say('removeReference', { n }),
            onChoose: (event) => remove(view, listOf(event), index),
          }),
        ],
        { id: `reference-${n}`, label: words.say('reference', { n }) },
      )}
    </li>
  `;
}

function renderProgress({ state, progress }: Reference, n: number, words: Words) {
  const share = Math.round(progress * 100);
  return html`
    <div
      class="ref-bar"
      role="progressbar"
      aria-label=${words.say('referenceProgress', { n })}
      aria-valuenow=${state === 'uploading' ? share : nothing}
    >
      <div .style=${`inline-size: ${share}%`}></div>
    </div>
  `;
}

const renderFailed = ({ references, words, isDisabled }: ReferencesView, item: Reference, n: number) =>
  mayRetry(item)
    ? html`
        <button
          type="button"
          class="ref-retry scrim"
          tabindex="-1"
          aria-label=${words.say('retryReference', { n })}
          ?disabled=${isDisabled}
          @click=${() => references.retry(item.id)}
        >
          ${icon(TAKE)}
        </button>
      `
    : html`<span class="ref-retry scrim">${icon(DETAILS)}</span>`;

const mayRetry = ({ state, problem }: Reference): boolean =>
  state === 'failed' && problem !== undefined && isPassing(problem);

function labelOf({ state, role, alt, name }: Reference, n: number, words: Words): string {
  const key = state === 'ready' ? 'reference' : state === 'failed' ? 'referenceFailed' : 'referenceWaits';
  return [words.say(key, { n }), role, alt || name].filter(Boolean).join(', ');
}

const listOf = ({ currentTarget }: Event): HTMLElement => (currentTarget as HTMLElement).closest('ul') as HTMLElement;

const tilesIn = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('.ref-tile')];

function visit(references: ReferenceList, index: number) {
  if (references.current === index) return;
  references.current = index;
  references.update();
}

function onPointerDown(event: PointerEvent, view: ReferencesView, index: number) {
  const { references, words } = view;
  const list = listOf(event);
  const { id } = references.items[index] as Reference;
  startDrag(event, list, index, {
    onMove: (to) => references.move(id, to),
    onDrop: (to) => {
      tilesIn(list)[to]?.focus();
      if (to !== index) view.announce(words.say('referenceMoved', { from: index + 1, n: to + 1 }));
    },
  });
}

function onKeyDown(event: KeyboardEvent, view: ReferencesView, index: number) {
  const list = listOf(event);
  const tiles = tilesIn(list);
  const { key, altKey } = event;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (key === 'Delete' || key === 'Backspace') remove(view, list, index);
  else {
    const to = placeFor(key, index, list, altKey);
    if (to === undefined) return;
    if (altKey) move(view, list, index, to);
    else tiles[Math.max(0, Math.min(to, tiles.length - 1))]?.focus();
  }
  // Alt with an arrow would leave the page.
  event.preventDefault();
  event.stopPropagation();
}

/** Where a key leads: beside, or a row up or down. */
function placeFor(key: string, index: number, list: HTMLElement, altKey: boolean): number | undefined {
  const places = [...list.children] as HTMLElement[];
  const forward = getComputedStyle(list).direction === 'rtl' ? -1 : 1;
  const row = places.filter(({ offsetTop }) => offsetTop === places[0]?.offsetTop).length;
  const steps: Record<string, number> = {
    ArrowRight: forward,
    ArrowLeft: -forward,
    ArrowDown: row,
    ArrowUp: -row,
    ...(!altKey && { Home: -places.length, End: places.length }),
  };
  const step = steps[key];
  return step === undefined ? undefined : index + step;
}

function move({ references, words, announce }: ReferencesView, list: HTMLElement, from: number, to: number) {
  const item = references.items[from];
  const place = tilesIn(list)[to];
  if (!item || !place) return;
  references.move(item.id, to);
  place.focus();
  announce(words.say('referenceMoved', { from: from + 1, n: to + 1 }));
}

/** Focus on the picture goes to the one that takes its place, or else to the one before. */
function remove({ references, words, announce, onEmpty }: ReferencesView, list: HTMLElement, index: number) {
  const item = references.items[index];
  if (!item) return;
  const { activeElement } = list.getRootNode() as Document | ShadowRoot;
  const hadFocus = list.children[index]?.contains(activeElement) ?? false;
  const isLast = index === references.items.length - 1;
  if (hadFocus) tilesIn(list)[isLast ? index - 1 : index]?.focus();
  references.remove(item.id);
  announce(words.say('referenceRemoved', { n: index + 1 }));
  if (hadFocus && references.items.length === 0) onEmpty();
}
