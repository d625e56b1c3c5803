import { css } from 'lit';

/** Buttons, chips, radio groups and the select. */
export const controls = css`
  button,
  select,
  .action {
    min-block-size: 2.25rem;
    margin: 0;
    border: 1px solid transparent;
    border-radius: calc(var(--_radius) * 0.75);
    background: none;
    color: inherit;
    font: inherit;
    font-size: 0.9375rem;
    text-decoration: none;
    cursor: pointer;
    touch-action: manipulation;
    transition:
      background-color calc(var(--_motion) * 140ms),
      border-color calc(var(--_motion) * 140ms);
  }
  @media (pointer: coarse) {
    button,
    select,
    .action,
    .segment span,
    .shape-option {
      min-block-size: 2.75rem;
    }
  }
  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  :disabled {
    cursor: not-allowed;
  }
  .primary {
    display: inline-grid;
    min-block-size: var(--_control);
    padding: 0 1.35rem;
    border-color: transparent;
    background: var(--_accent);
    color: var(--_accent-contrast);
    font-weight: 600;
    place-items: center;
  }
  .primary:hover {
    background: color-mix(in oklab, var(--_accent), var(--_text) 16%);
  }
  .primary[part='cancel'] {
    border-color: var(--_border);
    background: var(--_surface);
    color: var(--_text);
  }
  .action[aria-disabled='true'],
  .primary:is(:disabled, [aria-disabled='true']) {
    border-color: var(--_border);
    background: var(--_raised);
    color: var(--_quiet);
    cursor: not-allowed;
  }
  /* Both labels lie on top of each other, so that the button is as wide as the longer one. */
  .face {
    grid-area: 1 / 1;
  }
  .face.off {
    visibility: hidden;
  }
  .action {
    display: inline-flex;
    padding: 0 0.8rem;
    border-color: var(--_border);
    background: var(--_surface);
    align-items: center;
    white-space: nowrap;
  }
  @media (hover: hover) {
    .action:hover,
    .chip:hover,
    .summary:not(:disabled):hover,
    select:hover {
      background: color-mix(in oklab, var(--_surface), var(--_accent) 12%);
    }
  }
  .action.plain {
    border-color: transparent;
    background: none;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      transition: none !important;
      animation: none !important;
    }
  }
`;
