import { css } from 'lit';

/** The prompt field. The ideas are inside its frame, so that late ideas move nothing. */
export const composer = css`
  .composer {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    gap: 0.5rem;
  }
  [part='label'] {
    font-weight: 600;
  }
  .field {
    display: flex;
    flex-direction: column;
    min-block-size: 10.5rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  .field:has(textarea:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 1px;
  }
  textarea {
    display: block;
    flex: 1;
    inline-size: 100%;
    min-block-size: 6.5rem;
    max-block-size: 20rem;
    padding: 0.75rem 0.9rem;
    border: 0;
    border-radius: inherit;
    outline: none;
    background: none;
    color: inherit;
    font: inherit;
    /* Phones zoom into smaller fields. */
    font-size: max(1rem, 16px);
    field-sizing: content;
    resize: none;
  }
  /* The field around it shows the focus ring. Forced colours show this outline as well. */
  textarea:focus-visible {
    outline-color: transparent;
  }
  textarea::placeholder {
    color: var(--_quiet);
    opacity: 1;
  }
  .ideas {
    display: flex;
    gap: 0.4rem;
    padding: 0.25rem 0.9rem 0.75rem;
    overflow-x: auto;
    scrollbar-width: none;
    mask-image: linear-gradient(to right, transparent, #000 0.9rem calc(100% - 0.9rem), transparent);
  }
  .chip,
  .ideas ::slotted(button) {
    flex: none;
    max-inline-size: 16rem;
    min-block-size: 2rem;
    padding: 0 0.75rem;
    border: 1px solid var(--_hairline);
    border-radius: 2rem;
    background: var(--_raised);
    color: var(--_text);
    font: inherit;
    font-size: 0.875rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .ideas :focus-visible {
    outline-offset: -2px;
  }
  .hints {
    display: flex;
    justify-content: space-between;
    min-block-size: 1.3125rem;
    gap: 1rem;
    color: var(--_quiet);
    font-size: 0.875rem;
  }
  .hints .invalid {
    color: var(--_danger);
    font-weight: 600;
  }
  @media (pointer: coarse) {
    .keys {
      display: none;
    }
  }
  [part='count'] {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: 0.75rem;
  }
  .summary {
    display: flex;
    flex: 1 1 8rem;
    min-inline-size: 0;
    padding: 0 0.5rem;
    margin-inline-start: -0.5rem;
    color: var(--_quiet);
    font-size: 0.875rem;
    line-height: 1.3;
    text-align: start;
    align-items: center;
    gap: 0.4rem;
  }
  .chevron {
    flex: none;
    inline-size: 0.75rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
    transition: rotate calc(var(--_motion) * 140ms);
  }
  [aria-expanded='true'] .chevron {
    rotate: 180deg;
  }
  .skip:not(:focus) {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    min-block-size: 0;
    padding: 0;
    clip-path: inset(50%);
    overflow: hidden;
  }
`;
