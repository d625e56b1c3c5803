import { css } from 'lit';

/** The panel under the toolbar. */
export const settings = css`
  .settings {
    display: grid;
    padding: 1rem;
    border: 1px solid var(--_hairline);
    border-radius: var(--_radius);
    background: var(--_raised);
    gap: 1rem;
  }
  fieldset {
    min-inline-size: 0;
    padding: 0;
    margin: 0;
    border: 0;
  }
  .legend {
    display: block;
    padding: 0;
    margin-block-end: 0.35rem;
    color: var(--_quiet);
    font-size: 0.875rem;
  }
  select {
    inline-size: 100%;
    padding: 0 0.6rem;
    border-color: var(--_border);
    background: var(--_surface);
  }
  .segments {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
  }
  .segment,
  .shape-option {
    position: relative;
    cursor: pointer;
  }
  .segment span,
  .shape-option {
    display: grid;
    min-inline-size: 3rem;
    min-block-size: 2.25rem;
    padding: 0.25rem 0.7rem;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.75);
    background: var(--_surface);
    font-size: 0.9375rem;
    place-items: center;
  }
  input[type='radio'] {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    cursor: inherit;
  }
  .shapes {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(3.75rem, 1fr));
    gap: 0.4rem;
  }
  .shape-option {
    padding: 0.4rem 0.2rem 0.25rem;
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }
  .shape {
    inline-size: 1.5rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
  }
  .shape.auto {
    stroke-dasharray: 3 2.6;
  }
  .segment:has(:checked) span,
  .shape-option:has(:checked) {
    border-color: var(--_accent);
    background: color-mix(in oklab, var(--_surface), var(--_accent) 14%);
    box-shadow: inset 0 0 0 1px var(--_accent);
  }
  .shape-option:has(:checked) .shape {
    fill: color-mix(in srgb, var(--_accent) 35%, transparent);
  }
  .segment:has(:focus-visible) span,
  .shape-option:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  .shape-option:has(:disabled) {
    border-style: dashed;
    background: none;
    color: color-mix(in srgb, var(--_quiet) 70%, transparent);
    cursor: not-allowed;
  }
  .reason {
    margin-block-start: 0.4rem;
    color: var(--_quiet);
    font-size: 0.8125rem;
  }
  @media (forced-colors: active) {
    .segment:has(:checked) span,
    .shape-option:has(:checked) {
      outline: 3px solid Highlight;
      outline-offset: -3px;
    }
    .shape-option:has(:disabled) {
      color: GrayText;
    }
  }
`;
