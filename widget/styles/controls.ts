import { css } from 'lit';

/**
 * Buttons, chips, segments, icons, what stands on pictures, and the focus ring. `--_b` is the ground of a button,
 * `--_bh` its ground while it is pointed at or pressed, `--_bd` while it does nothing.
 */
export const controls = css`
  /* Without weight, so that a button may have the size of small text. */
  :where(button, select, input, textarea, .fill, .tonal, .outline, .plain, .link) {
    margin: 0;
    border: 1px solid transparent;
    border-radius: var(--_radius-small);
    background: none;
    color: inherit;
    font: inherit;
    text-decoration: none;
    touch-action: manipulation;
  }
  /* Phones zoom into smaller fields. */
  select,
  input,
  textarea {
    font-size: max(1em, 16px);
    text-align: start;
    accent-color: var(--_accent);
  }
  ::placeholder {
    color: var(--_quiet);
    opacity: 1;
  }
  button,
  select,
  summary {
    cursor: pointer;
  }
  .fill,
  .tonal,
  .outline,
  .plain,
  .icon-button,
  .chip {
    display: inline-flex;
    min-inline-size: max(var(--_control), 24px);
    min-block-size: max(var(--_control), 24px);
    padding: 0 0.9em;
    background: var(--_b, none);
    font-weight: 500;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    transition: background-color calc(var(--_motion) * 0.12s);
  }
  .fill {
    --_b: var(--_accent);
    --_bh: color-mix(in srgb, var(--_accent), var(--_h, var(--_ink)) 12%);
    --_bd: var(--_tone);
    border-color: var(--_l, transparent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .tonal {
    --_b: var(--_tone);
    --_bd: var(--_tone);
  }
  .outline,
  .chip {
    border-color: var(--_edge);
  }
  .icon-button {
    flex: none;
    padding: 0;
  }
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
  .link {
    position: relative;
    min-block-size: 24px;
    padding: 0;
    border: 0;
    text-decoration: underline 1px;
    text-underline-offset: 0.2em;
  }
  @media (hover: hover) {
    :is(button, a):hover {
      --_b: var(--_bh, var(--_tone-hover));
    }
    .link:hover {
      text-decoration-thickness: 2px;
    }
  }
  :is(button, a):is(:active, [aria-pressed='true'], [aria-expanded='true']) {
    --_b: var(--_bh, var(--_tone-on));
  }
  :is(button, a):is(:disabled, [aria-disabled='true']) {
    --_b: var(--_bd, none);
    cursor: not-allowed;
  }
  .fill:is(:disabled, [aria-disabled='true']) {
    border-color: transparent;
    color: inherit;
  }
  button:disabled {
    opacity: 0.6;
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
  .segments input {
    position: absolute;
    inset: 0;
    opacity: 0;
    cursor: inherit;
  }
  :focus-visible,
  .segments > :has(:focus-visible) {
    outline: 2px solid var(--_ring);
    outline-offset: 2px;
  }
  .scrim:focus-visible {
    outline-color: #fff;
    outline-offset: -4px;
  }
  .icon {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.7;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .mirrored:dir(rtl) {
    scale: -1 1;
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
    /* Drawn as small as it is, and pressed as easily as a button. */
    :is(.link, .hit)::after {
      position: absolute;
      inset: min(0px, (100% - 44px) / 2);
      content: '';
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
  }
  @media (prefers-reduced-motion: reduce) {
    .base * {
      transition: none !important;
      animation: none !important;
    }
  }
`;
