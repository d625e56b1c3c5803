import { css } from 'lit';

export const styles = css`
  .menu-place {
    anchor-scope: --menu;
  }
  .menu-place > button {
    anchor-name: --menu;
  }
  /* Without anchors the browser shows a popover in the middle of the window, which serves as well. */
  .menu {
    box-sizing: border-box;
    min-inline-size: min(15em, 100cqi);
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
      position-anchor: --menu;
      position-area: block-end span-inline-start;
      position-try-fallbacks:
        flip-block,
        flip-inline,
        flip-block flip-inline;
      inset: auto;
      margin-block: 0.35em;
    }
  }
  @container (inline-size < 336px) {
    .menu {
      inline-size: 100cqi;
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
  .menu [aria-busy] {
    cursor: progress;
    opacity: 0.6;
  }
  .menu-heading {
    display: flex;
    padding: 0.5em 0.7em 0.1em;
    align-items: center;
    gap: 0.75em;
  }
  .menu-row {
    display: flex;
    flex-wrap: wrap;
    padding-inline-start: 1.9em;
  }
  .menu .menu-row .plain {
    flex: 1 0 auto;
    inline-size: auto;
    gap: 0.4em;
  }
  .menu [role='separator'] {
    margin: 0.35em 0.6em;
    border-block-start: 1px solid var(--_line);
  }
`;
