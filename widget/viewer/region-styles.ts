import { css } from 'lit';

/** The marked place on its picture, and the form beside it. */
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
