import { css } from 'lit';

/**
 * Full screen has one look on every page, because colours of a picture are judged on a neutral ground. The dialog sets
 * each token anew, and everything that a page could hand down to it.
 */
export const viewerStyles = css`
  .viewer {
    --_ink: #f4f4f2;
    --_paper: #111213;
    --_accent: #fff;
    --_on-accent: #111213;
    --_quiet: color-mix(in srgb, var(--_ink) 80%, transparent);
    --_edge: color-mix(in srgb, var(--_ink) 60%, transparent);
    --_tone: color-mix(in srgb, var(--_ink) 8%, transparent);
    --_ring: #fff;
    --_edge-space: clamp(0.75em, 2.5cqw, 1.75em);
    position: fixed;
    inset: 0;
    inline-size: auto;
    block-size: 100dvh;
    max-inline-size: none;
    max-block-size: none;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
    margin: 0;
    border: 0;
    background: var(--_paper);
    color: var(--_ink);
    color-scheme: dark;
    container-type: inline-size;
    cursor: default;
    overflow: hidden auto;
    overscroll-behavior: contain;
    pointer-events: auto;
    visibility: visible;
  }
  .viewer[open] {
    display: grid;
    grid-template: auto minmax(9em, 1fr) auto / minmax(0, 1fr);
  }
  .viewer::backdrop {
    background: var(--_around, none);
  }
  .viewer:focus-visible {
    outline: none;
  }
  .viewer-bar,
  .viewer-foot {
    display: flex;
    padding: 0.6em var(--_edge-space);
    align-items: center;
    gap: 0.5em;
  }
  .viewer-bar {
    position: relative;
    padding-inline: calc(var(--_edge-space) - 0.6em);
    gap: 0.15em;
  }
  .viewer-bar button {
    min-inline-size: max(var(--_control), 40px);
    min-block-size: max(var(--_control), 40px);
    padding-inline: 0;
  }
  .viewer-bar [aria-pressed='true'] {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .viewer-bar [aria-disabled='true'] {
    color: color-mix(in srgb, var(--_ink) 45%, transparent);
  }
  .viewer .viewer-percent {
    min-inline-size: 4em;
    font-variant-numeric: tabular-nums lining-nums;
  }
  .viewer-words {
    flex: 1;
    min-inline-size: 0;
    padding-inline: 0.5em;
    font-size: max(0.9375em, 14px);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .viewer-body {
    position: relative;
    display: grid;
    min-block-size: 0;
    padding: 2px var(--_edge-space);
    overflow: clip;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
  }
  .enlarged {
    cursor: grab;
  }
  .enlarged:active {
    cursor: grabbing;
  }
  .viewer-view {
    position: relative;
    min-inline-size: 0;
    min-block-size: 0;
  }
  .viewer-view:focus-visible {
    outline: none;
  }
  .viewer-view:focus-visible .viewer-picture {
    outline: 2px solid var(--_ring);
    outline-offset: -2px;
  }
  /* Placed by script from the upper left corner, whatever the direction of the text. */
  .viewer-picture,
  .viewer-label {
    position: absolute;
    left: 0;
    top: 0;
    transform-origin: 0 0;
  }
  .viewer-picture > img {
    inline-size: 100%;
    block-size: 100%;
    max-inline-size: none;
    border-radius: 4px;
  }
  .viewer-picture .compare {
    border-radius: 4px;
  }
  .viewer-label {
    pointer-events: none;
  }
  .viewer-foot {
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0.75em 1.25em;
  }
  .viewer-versions {
    flex: 1;
    min-inline-size: 0;
  }
  .viewer-actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
  }
  @container (inline-size < 44em) {
    .viewer-percent {
      display: none;
    }
    .viewer-versions,
    .viewer-actions {
      flex-basis: 100%;
    }
    .viewer-actions {
      display: grid;
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .viewer-actions > :first-child {
      grid-column: 1 / -1;
    }
  }
  @container (inline-size < 336px) {
    .viewer-bar {
      flex-wrap: wrap;
      justify-content: flex-end;
    }
    .viewer-close {
      margin-inline-end: auto;
    }
    .viewer-actions > * {
      min-inline-size: 0;
      padding-inline: 0.25em;
    }
    .viewer-words {
      flex-basis: 100%;
      order: 1;
    }
  }
  @media (forced-colors: active) {
    .viewer-bar [aria-pressed='true'] {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
    .viewer-bar [aria-disabled='true'] {
      color: GrayText;
    }
  }
`;
