import { css } from 'lit';

export const saveStyles = css`
  .menu-place {
    anchor-scope: --menu;
  }
  .menu-place > button {
    anchor-name: --menu;
  }
  .menu-place .menu {
    position-anchor: --menu;
    position-area: block-end span-inline-start;
    min-inline-size: min(15em, 100cqi);
  }
  @container (inline-size < 336px) {
    .menu-place .menu {
      inline-size: 100cqi;
    }
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
