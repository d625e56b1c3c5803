import { css } from 'lit';

export const styles = css`
  .refs {
    position: relative;
    display: flex;
    padding: 0.75em 0.9em 0;
    flex-wrap: wrap;
    gap: 0.6em;
  }
  .ref {
    position: relative;
    inline-size: 4.5em;
    block-size: 4.5em;
  }
  .ref.held {
    z-index: 1;
    opacity: 0.9;
  }
  .ref-tile {
    display: grid;
    grid-template: 100% / 100%;
    inline-size: 100%;
    block-size: 100%;
    padding: 0;
    border: 0;
    overflow: hidden;
    background: var(--_wash);
    color: var(--_quiet);
    place-items: center;
    /* A finger that moves sideways carries the picture, one that moves up or down scrolls. */
    touch-action: pan-y;
    user-select: none;
    -webkit-touch-callout: none;
  }
  .held .ref-tile {
    cursor: grabbing;
  }
  .ref-tile > * {
    grid-area: 1 / 1;
  }
  .ref-tile img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    transition: opacity calc(var(--_motion) * 160ms);
  }
  .waits img {
    opacity: 0.6;
  }
  .ref-number {
    min-inline-size: 1.6em;
    margin: 0.35em;
    border-radius: 9em;
    font-size: max(0.75em, 12px);
    font-weight: 600;
    line-height: 1.6;
    text-align: center;
    place-self: end start;
  }
  .ref-remove,
  .ref-retry {
    position: absolute;
    display: grid;
    padding: 0;
    border: 0;
    border-radius: 50%;
    place-items: center;
  }
  .ref .ref-remove {
    inset-block-start: 4px;
    inset-inline-end: 4px;
    inline-size: 24px;
    block-size: 24px;
    min-inline-size: 0;
    min-block-size: 0;
  }
  /* Drawn small and pressed easily. */
  .ref-remove::after {
    position: absolute;
    inset: -10px;
    content: '';
  }
  /* Its own place counts, not the wide one of the cross. */
  .ref .ref-retry {
    z-index: 1;
    inset: 0;
    inline-size: 28px;
    block-size: 28px;
    min-inline-size: 0;
    min-block-size: 0;
    margin: auto;
  }
  /* A press on the mark goes to the picture behind it. */
  span.ref-retry {
    pointer-events: none;
  }
  .ref :is(.ref-remove, .ref-retry) .icon {
    inline-size: 14px;
    block-size: 14px;
    stroke-width: 2.4;
  }
  .ref-bar {
    position: absolute;
    inset: auto 0.45em 0.45em;
    block-size: 4px;
    border-radius: 9em;
    overflow: hidden;
    background: rgb(0 0 0 / 72%);
    pointer-events: none;
  }
  .ref-bar > div {
    block-size: 100%;
    background: #fff;
  }
  /* Its text stands below the pictures and above the visitor's: .9em of the larger font. A long text scrolls below it. */
  .refs-hint {
    padding: 0.45em 1.03em;
    text-wrap: pretty;
  }
  .refs-hint ~ #prompt {
    padding-block-start: 0.45em;
  }
  @media (forced-colors: active) {
    .ref-tile,
    .ref-bar {
      border: 1px solid;
    }
    .ref-bar > div {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`;
