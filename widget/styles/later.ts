import { css } from 'lit';

/** Controls that no first view has: chips, segments, and what stands on pictures. They come with the parts that have them. */
export const later = css`
  .chip {
    min-block-size: max(2.25em, 24px);
    border-radius: 9em;
    font-size: max(0.875em, 13px);
    font-weight: 400;
  }
  .scrim {
    --_b: rgb(0 0 0/72%);
    --_bh: rgb(0 0 0/86%);
    background: var(--_b);
    color: #fff;
  }
  button.scrim {
    min-inline-size: 40px;
    min-block-size: 40px;
  }
  .scrim:focus-visible {
    outline-color: #fff;
    outline-offset: -4px;
  }
  /* Choices in a row: buttons with a state, or labels around a radio button that is drawn by its label. */
  .segments {
    display: flex;
    border-radius: var(--_radius-small);
    background: var(--_tone);
  }
  .segments > * {
    position: relative;
    display: flex;
    flex: 1;
    min-inline-size: 0;
    min-block-size: max(var(--_control), 24px);
    padding: 0 0.6em;
    border: 1px solid transparent;
    border-radius: inherit;
    align-items: center;
    justify-content: center;
    cursor: pointer;
  }
  .segments > :is([aria-pressed='true'], [aria-checked='true'], :has(:checked)) {
    border-color: var(--_edge);
    background: var(--_paper);
    font-weight: 600;
  }
  /* A native radio button lies over its label: it takes the press and the finger, and the label draws it. The
     label's border is a part of the target. */
  [type='radio'] {
    position: absolute;
    inset: -1px;
    z-index: 1;
    inline-size: calc(100% + 2px);
    block-size: calc(100% + 2px);
    opacity: 0;
    cursor: inherit;
  }
  label:has([type='radio']:focus-visible) {
    outline: 2px solid var(--_ring);
    outline-offset: 2px;
  }
  /* One of several, drawn by its label. */
  .option {
    position: relative;
    border: 1px solid transparent;
    border-radius: var(--_radius-small);
    line-height: 1.25;
    overflow-wrap: anywhere;
    text-align: center;
    transition:
      background-color calc(var(--_motion) * 0.12s),
      box-shadow calc(var(--_motion) * 0.12s);
  }
  .option:has(:checked) {
    border-color: var(--_ring);
    background: var(--_tint);
    box-shadow: inset 0 0 0 1px var(--_ring);
    font-weight: 600;
  }
  @media (hover: hover) {
    .option:not(:has(:disabled, :checked)):hover {
      background: var(--_tone);
    }
  }
  /* A list, with an arrow of our own on it. */
  .list {
    display: grid;
    align-items: center;
  }
  .list > * {
    grid-area: 1 / 1;
  }
  .list .icon {
    margin-inline-end: 0.75em;
    justify-self: end;
    pointer-events: none;
  }
  select {
    padding-inline-end: 2.4em;
    appearance: none;
    font-weight: 400;
    text-overflow: ellipsis;
  }
  select,
  [type='text'],
  [type='number'] {
    inline-size: 100%;
    min-block-size: max(var(--_control), 24px);
    padding-inline-start: 0.6em;
    border-color: var(--_edge);
  }
  option {
    background: var(--_paper);
    color: var(--_ink);
  }
  /* Words on a picture. */
  .tag {
    position: absolute;
    padding: 0.2em 0.65em;
    border-radius: 9em;
    font-size: max(0.75em, 12px);
    font-weight: 500;
    line-height: 1.5;
  }
  /* A page may restyle the label but not hide it: an important rule in a shadow tree wins over the page's. */
  .badge {
    position: absolute !important;
    display: block !important;
    inset: auto auto 0.5em 0.5em !important;
    min-inline-size: max-content !important;
    min-block-size: 1.9em !important;
    padding: 0.2em 0.65em !important;
    margin: 0 !important;
    border-radius: 9em;
    background: rgb(0 0 0/72%);
    color: #fff;
    font-size: max(0.75em, 12px) !important;
    font-weight: 500;
    line-height: 1.5 !important;
    text-indent: 0 !important;
    white-space: nowrap !important;
    opacity: 1 !important;
    visibility: visible !important;
    clip: auto !important;
    clip-path: none !important;
    filter: none !important;
    mask: none !important;
    rotate: none !important;
    scale: none !important;
    transform: none !important;
    translate: none !important;
    content-visibility: visible !important;
  }
  .badge:dir(rtl) {
    inset: auto 0.5em 0.5em auto !important;
  }
  /* Where the picture is too small to carry it. */
  .badge.beside {
    position: static !important;
  }
  @media (pointer: coarse) {
    button.scrim,
    .chip {
      min-inline-size: 44px;
      min-block-size: 44px;
    }
  }
  @media (forced-colors: active) {
    .segments > :is([aria-pressed='true'], [aria-checked='true'], :has(:checked)) {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
    .badge {
      border: 1px solid;
    }
    .option {
      border-color: ButtonBorder;
    }
    .option:has(:checked) {
      border: 2px solid Highlight;
    }
  }
`;
