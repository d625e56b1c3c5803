import { css } from 'lit';

export const menuStyles = css`
  /* Without anchors the browser shows a popover in the middle of the window, which serves as well. */
  .menu {
    min-inline-size: 10em;
    max-inline-size: 100cqi;
    padding: 0.35em;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_paper);
    color: var(--_ink);
    box-shadow: 0 0.5em 1.75em rgb(0 0 0 / 16%);
  }
  @supports (anchor-scope: all) {
    .menu {
      position-area: block-end span-inline-end;
      position-try-fallbacks:
        flip-block,
        flip-inline,
        flip-block flip-inline;
      inset: auto;
      margin-block: 0.35em;
    }
  }
  .menu .plain {
    display: flex;
    inline-size: 100%;
    padding-inline: 0.6em;
    font-size: max(0.9375em, 14px);
    font-weight: 400;
    justify-content: start;
    gap: 0.75em;
  }
  .menu .plain:focus {
    background: var(--_tone-hover);
  }
  .menu .plain:focus-visible {
    outline-offset: -2px;
  }
  .menu :is([aria-busy], [aria-disabled]) {
    opacity: 0.6;
  }
  .menu [aria-busy] {
    cursor: progress;
  }
`;
