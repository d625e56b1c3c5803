import { css } from 'lit';

/**
 * Buttons, icons and the focus ring. `--_b` is the ground of a button,
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
  :focus-visible {
    outline: 2px solid var(--_ring);
    outline-offset: 2px;
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
  @media (pointer: coarse) {
    /* Drawn as small as it is, and pressed as easily as a button. */
    .hit::after {
      position: absolute;
      inset: min(0px, (100% - 44px) / 2);
      content: '';
    }
    /* What it takes from the lines around it is its own again by the margin. */
    .link {
      display: inline-block;
      min-inline-size: 44px;
      min-block-size: 44px;
      padding-block: 10px;
      margin-block: -10px;
    }
  }
  /* Chromium paints a ground of its own behind forced text, and the text of a forced fill would vanish on it. */
  @media (forced-colors: active) {
    .fill {
      --_b: ButtonText;
      --_bh: Highlight;
      --_bd: ButtonFace;
      color: ButtonFace;
      forced-color-adjust: none;
    }
    .fill:is(:hover, :active, [aria-pressed='true'], [aria-expanded='true']) {
      color: HighlightText;
    }
    .fill:is(:disabled, [aria-disabled='true']) {
      border-color: GrayText;
      color: GrayText;
    }
  }
`;
