import { css, html, nothing } from 'lit';
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
        <button type="button" class="tonal" @click=${view.onLeave}>${words.say('regionCancel')}</button>
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

export const styles = css`
  .region,
  .region-dim {
    position: absolute;
    inset: 0;
  }
  .region {
    cursor: crosshair;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
  }
  .region-dim {
    overflow: clip;
    pointer-events: none;
    forced-color-adjust: none;
  }
  /* Physical sides: a picture does not turn round with the text. */
  .region-hole,
  .region-box {
    position: absolute;
    left: calc(var(--_x) * 100%);
    top: calc(var(--_y) * 100%);
    width: calc(var(--_w) * 100%);
    height: calc(var(--_h) * 100%);
  }
  .region-hole {
    box-shadow: 0 0 0 200vmax rgb(0 0 0 / 40%);
  }
  /* No border: the handles stand on the edges of the place itself. */
  .region-box {
    box-shadow:
      inset 0 0 0 2px #fff,
      0 0 0 1px rgb(0 0 0 / 60%);
    cursor: move;
    forced-color-adjust: none;
    container-type: size;
  }
  .region-box:focus-visible {
    outline: 2px solid #fff;
    outline-offset: 2px;
    box-shadow:
      inset 0 0 0 2px #fff,
      0 0 0 2px #111213;
  }
  .region-handle {
    --_hit: 24px;
    position: absolute;
    left: 50%;
    top: 50%;
    inline-size: var(--_hit);
    block-size: var(--_hit);
    margin: calc(var(--_hit) / -2);
    cursor: nwse-resize;
  }
  .region-handle::after {
    position: absolute;
    inset: calc(50% - 7px);
    border: 1px solid rgb(0 0 0 / 60%);
    border-radius: 50%;
    background: #fff;
    content: '';
  }
  .region-handle[data-edge*='w'] {
    left: 0;
  }
  .region-handle[data-edge*='e'] {
    left: 100%;
  }
  .region-handle[data-edge*='n'] {
    top: 0;
  }
  .region-handle[data-edge*='s'] {
    top: 100%;
  }
  .region-handle:is([data-edge='ne'], [data-edge='sw']) {
    cursor: nesw-resize;
  }
  .region-handle:is([data-edge='n'], [data-edge='s']) {
    cursor: ns-resize;
  }
  .region-handle:is([data-edge='e'], [data-edge='w']) {
    cursor: ew-resize;
  }
  @media (pointer: coarse) {
    .region-handle {
      --_hit: 44px;
    }
  }
  /* On a small box the corners are enough. */
  @container (width < 72px) {
    .region-handle:is([data-edge='n'], [data-edge='s']) {
      display: none;
    }
  }
  @container (height < 72px) {
    .region-handle:is([data-edge='e'], [data-edge='w']) {
      display: none;
    }
  }
  .region-form {
    display: flex;
    flex: 1;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75em 1.25em;
  }
  .region-where {
    flex: 1 1 16em;
  }
  .region-where > * {
    display: block;
  }
  .region-form summary {
    display: list-item;
    padding-block: 0.5em;
    border-radius: var(--_radius-small);
  }
  .region-figures {
    display: grid;
    padding-block: 0.5em 0.25em;
    grid-template-columns: repeat(4, minmax(0, 5.5em));
    gap: 0.75em;
  }
  .region-figures label {
    display: grid;
    align-content: space-between;
    gap: 0.25em;
  }
  .region-figures input {
    inline-size: 100%;
    min-block-size: max(var(--_control), 24px);
    padding-inline: 0.6em;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius-small);
    background: none;
    color: inherit;
    font: inherit;
    font-size: max(1em, 16px);
  }
  .region-acts {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.5em;
  }
  @container (inline-size < 44em) {
    .region-form > * {
      flex-basis: 100%;
    }
    .region-acts > * {
      flex: 1 1 auto;
    }
  }
  @container (inline-size < 336px) {
    .region-figures {
      grid-template-columns: 1fr 1fr;
    }
  }
`;
