import { html, nothing } from 'lit';
import type { Region } from '../model.ts';
import { VIEWER } from '../words/english/viewer.ts';
import { addEnglish, type Words } from '../words/words.ts';
import { followPointer } from './drag.ts';
import {
  clampRegion,
  EDGES,
  type Edge,
  moveRegion,
  placeWords,
  regionBetween,
  regionByKey,
  sizeRegion,
} from './place.ts';

export { styles } from './region-styles.ts';

addEnglish(VIEWER);

export interface RegionView {
  words: Words;
  region: Region;
  onRegion(region: Region): void;
  /** Enter, or the button of the form. */
  onAccept(): void;
  /** Escape, or Cancel. */
  onLeave(): void;
  /** A place is marked already and may be given up. */
  onRemove?: (() => void) | undefined;
}

/** A pointer that moves less has only been pressed. */
const DRAW_PX = 4;

/** The box and the dimming around it. They cover their parent, which has exactly the box of the picture. */
export const renderRegion = (view: RegionView) => {
  const { words, region } = view;
  const { x, y, width, height } = region;
  return html`
    <div class="region" .style=${`--_x:${x};--_y:${y};--_w:${width};--_h:${height}`}
      @pointerdown=${(event: PointerEvent) => onPointerDown(event, view)}
      @keydown=${(event: KeyboardEvent) => onKeyDown(event, view)}>
      <div class="region-dim"><div class="region-hole"></div></div>
      <div part="region" class="region-box" tabindex="0" role="application" aria-describedby="region-help region-keys"
        aria-label=${words.say('regionName', { place: placeWords(region, words) })}>
        ${EDGES.map((edge) => html`<span class="region-handle" data-edge=${edge}></span>`)}
      </div>
    </div>
  `;
};

/** The same place in words and figures, and the way out. It stands beside the picture. */
export const renderRegionForm = (view: RegionView) => {
  const { words, region } = view;
  return html`
    <form class="region-form" novalidate @submit=${(event: SubmitEvent) => onSubmit(event, view)}
      @keydown=${(event: KeyboardEvent) => onEscape(event, view)}>
      <p class="region-where">
        <output>${words.say('regionName', { place: placeWords(region, words) })}</output>
        <span class="small quiet" id="region-help">${words.say('regionHelp')}</span>
      </p>
      <details class="small">
        <summary>${words.say('regionFigures')}</summary>
        <p class="quiet" id="region-keys">${words.say('regionKeys')}</p>
        <div class="region-figures">
          ${FIGURES.map(
            ([side, key]) => html`
              <label>
                <span>${words.say(key)}</span>
                <input type="number" inputmode="numeric" min="0" max="100" step="1" data-side=${side}
                  .value=${percent(region[side])} @change=${(event: Event) => onFigure(event, view)} />
              </label>
            `,
          )}
        </div>
      </details>
      <div class="region-acts">
        ${view.onRemove ? html`<button type="button" class="plain" @click=${view.onRemove}>${words.say('regionRemove')}</button>` : nothing}
        <button type="button" class="tonal" @click=${view.onLeave}>${words.say('cancel')}</button>
        <button class="fill">${words.say('regionAccept')}</button>
      </div>
    </form>
  `;
};

const FIGURES = [
  ['x', 'regionLeft'],
  ['y', 'regionTop'],
  ['width', 'regionWidth'],
  ['height', 'regionHeight'],
] as const;

const percent = (share: number): string => String(Math.round(share * 100));

function onPointerDown(event: PointerEvent, { region, onRegion }: RegionView) {
  if (!event.isPrimary || event.button !== 0) return;
  event.preventDefault();
  const cover = event.currentTarget as HTMLElement;
  const pressed = event.target as HTMLElement;
  const box = cover.querySelector<HTMLElement>('.region-box')!;
  const edge = pressed.dataset.edge as Edge | undefined;
  const frame = cover.getBoundingClientRect();
  const toShare = ({ clientX, clientY }: PointerEvent) => ({
    x: (clientX - frame.left) / frame.width,
    y: (clientY - frame.top) / frame.height,
  });
  const from = toShare(event);
  box.focus({ preventScroll: true });
  const move = (to: PointerEvent) => {
    const { x, y } = toShare(to);
    if (edge) onRegion(sizeRegion(region, edge, x - from.x, y - from.y));
    else if (box === pressed) onRegion(moveRegion(region, x - from.x, y - from.y));
    else if (Math.hypot(to.clientX - event.clientX, to.clientY - event.clientY) > DRAW_PX)
      onRegion(regionBetween(from, { x, y }));
  };
  followPointer(cover, event, move, () => onRegion(region));
}

function onKeyDown(event: KeyboardEvent, view: RegionView) {
  onEscape(event, view);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const next = regionByKey(view.region, event.key, event.shiftKey);
  if (!next && event.key !== 'Enter') return;
  event.preventDefault();
  if (next) view.onRegion(next);
  else view.onAccept();
}

function onEscape(event: KeyboardEvent, { onLeave }: RegionView) {
  if (event.key !== 'Escape') return;
  // Otherwise the dialog around it would close as well.
  event.preventDefault();
  onLeave();
}

function onSubmit(event: SubmitEvent, { onAccept }: RegionView) {
  event.preventDefault();
  onAccept();
}

function onFigure({ target }: Event, { region, onRegion }: RegionView) {
  const input = target as HTMLInputElement;
  const side = input.dataset.side as keyof Region;
  const next = clampRegion({ ...region, [side]: input.valueAsNumber / 100 });
  // The figure may have been out of range while the place stays the same: then no rendering would correct it.
  input.value = percent(next[side]);
  onRegion(next);
}
