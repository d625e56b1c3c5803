import { css, html } from 'lit';
import { icon } from '../icons.ts';
import { SIDEWAYS } from '../more-icons.ts';
import { STAGE } from '../words/english/stage.ts';
import { VIEWER } from '../words/english/viewer.ts';
import { addEnglish, type Words } from '../words/words.ts';
import { followPointer } from './drag.ts';
import type { Size } from './zoom.ts';

// Its name is that of its button under the picture.
addEnglish(STAGE);
addEnglish(VIEWER);

export interface ShownPicture extends Size {
  url: string;
  alt: string;
}

export interface CompareView {
  words: Words;
  /** The earlier picture. */
  before: ShownPicture;
  /** The shown one. Its shape is the shape of both. */
  after: ShownPicture;
  /** Share of the width that shows the earlier picture, from 0 to 1. */
  at: number;
  onAt(at: number): void;
  /** Only the line is dragged: the rest of the picture is left to another gesture. */
  lineOnly?: boolean;
}

/**
 * Two pictures in one box, the earlier one at the inline start of a line that can be dragged. The box is as wide and
 * high as its parent, or in the shape of the later picture where the parent has no height.
 */
export const renderCompare = (view: CompareView) => {
  const { words, before, after, at } = view;
  const n = Math.round(at * 100);
  return html`
    <div part="compare" class="compare" role="group" aria-label=${words.say('compareToggle')}
      .style=${`--_at:${at};--_shape:${after.width}/${after.height}`}
      @pointerdown=${(event: PointerEvent) => onPointerDown(event, view)}>
      <div class="compare-pair">
        <div class="compare-before">
          <img src=${before.url} alt=${words.say('compareBeforeAlt', { alt: before.alt })} draggable="false" />
        </div>
        <div class="compare-after">
          <img src=${after.url} alt=${words.say('compareAfterAlt', { alt: after.alt })} draggable="false" />
        </div>
      </div>
      <span class="compare-tag tag scrim" aria-hidden="true">${words.say('compareBefore')}</span>
      <span class="compare-tag compare-later tag scrim" aria-hidden="true">${words.say('compareAfter')}</span>
      <span class="compare-line"></span>
      <div class="compare-grip">
        <input type="range" min="0" max="100" step="2" aria-label=${words.say('compareRange')}
          aria-valuetext=${words.say('compareAt', { n, rest: 100 - n })} .value=${String(n)}
          @input=${({ target }: InputEvent) => view.onAt((target as HTMLInputElement).valueAsNumber / 100)} />
        <span part="compare-handle" class="compare-handle">${icon(SIDEWAYS)}</span>
      </div>
    </div>
  `;
};

/**
 * A press anywhere brings the line there, so dragging is not needed. The range input takes the keys only: pressed
 * between two of its steps it would jump, and some phones move it by its thumb alone.
 */
function onPointerDown(event: PointerEvent, { onAt, lineOnly = false }: CompareView) {
  const compare = event.currentTarget as HTMLElement;
  const grip = compare.querySelector<HTMLElement>('.compare-grip')!;
  if (!event.isPrimary || event.button !== 0) return;
  if (lineOnly && !event.composedPath().includes(grip)) return;
  event.preventDefault();
  grip.querySelector('input')!.focus({ preventScroll: true });
  const isRtl = getComputedStyle(compare).direction === 'rtl';
  let isMoving = event.pointerType !== 'touch';
  const move = ({ type, clientX, clientY }: PointerEvent) => {
    // A finger may be about to scroll the page: it moves the line once it goes sideways, or is lifted.
    isMoving ||= type === 'pointerup' || Math.abs(clientX - event.clientX) > Math.abs(clientY - event.clientY);
    if (!isMoving) return;
    const { left, width } = compare.getBoundingClientRect();
    const share = Math.min(Math.max((clientX - left) / width, 0), 1);
    onAt(isRtl ? 1 - share : share);
  };
  move(event);
  followPointer(compare, event, move, () => undefined);
}

export const styles = css`
  .compare {
    position: relative;
    inline-size: 100%;
    block-size: 100%;
    aspect-ratio: var(--_shape);
    border-radius: var(--_radius);
    overflow: clip;
    cursor: ew-resize;
    touch-action: pan-y;
    user-select: none;
    -webkit-user-select: none;
  }
  .compare-pair,
  .compare-before,
  .compare-after,
  .compare-line,
  .compare-grip {
    position: absolute;
    inset-block: 0;
  }
  .compare-pair {
    inset-inline: 0;
    container-type: size;
  }
  .compare-before,
  .compare-after {
    overflow: clip;
  }
  .compare-before {
    inset-inline: 0 calc((1 - var(--_at)) * 100%);
  }
  .compare-after {
    inset-inline: calc(var(--_at) * 100%) 0;
  }
  /* As large as the pair, and anchored at the outer edge: the clip moves over the picture, the picture stays. */
  .compare-pair img {
    position: absolute;
    inset-block-start: 0;
    inline-size: 100cqw;
    block-size: 100cqh;
    max-inline-size: none;
    object-fit: contain;
  }
  .compare-before img {
    inset-inline-start: 0;
  }
  .compare-after img {
    inset-inline-end: 0;
  }
  .compare-line {
    inset-inline-start: calc(var(--_at) * 100%);
    inline-size: 2px;
    margin-inline-start: -1px;
    background: #fff;
    box-shadow: 0 0 3px rgb(0 0 0 / 50%);
    forced-color-adjust: none;
    pointer-events: none;
  }
  /* The handle stays whole at both ends. */
  .compare-grip {
    inset-inline-start: clamp(22px, var(--_at) * 100%, 100% - 22px);
    inline-size: 44px;
    margin-inline-start: -22px;
    touch-action: pan-y;
  }
  .compare input,
  .compare-handle {
    position: absolute;
    inset: 0;
    inline-size: 44px;
    block-size: 44px;
    margin-block: auto;
  }
  .compare input {
    opacity: 0;
    pointer-events: none;
  }
  .compare-handle {
    display: grid;
    border-radius: 50%;
    background: #fff;
    color: #111213;
    box-shadow: 0 1px 6px rgb(0 0 0 / 45%);
    place-items: center;
    forced-color-adjust: none;
  }
  .compare input:focus-visible + .compare-handle {
    outline: 2px solid #fff;
    outline-offset: 3px;
    box-shadow: 0 0 0 3px #111213;
  }
  .compare-tag {
    inset-block-start: 0.5em;
    inset-inline-start: 0.5em;
    /* Each tag leaves with its half. */
    opacity: calc((var(--_at) - 0.08) * 12);
    pointer-events: none;
  }
  .compare-later {
    inset-block: auto 0.5em;
    inset-inline: auto 0.5em;
    opacity: calc((0.92 - var(--_at)) * 12);
  }
  @container (inline-size < 336px) {
    .compare-tag {
      display: none;
    }
  }
`;
