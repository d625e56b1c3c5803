import { css } from 'lit';

/**
 * Room that is taken from the press on by what comes with the picture: drawn as it will be, and not seen. So nothing on
 * the page moves when it comes, whatever the width and the language.
 */
export const room = css`
  .room {
    visibility: hidden;
  }
  .head:has(> .room),
  .layers {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
  }
  .head:has(> .room) > *,
  .layers > * {
    grid-area: 1 / 1;
  }
  .head:has(> .room) > label {
    align-self: end;
  }
  .layers > * {
    display: flex;
    flex-direction: column;
    gap: 0.75em;
  }
  /* The button is as wide as it will be. */
  .primary:has(> .room) {
    display: inline-grid;
    align-content: center;
    justify-items: center;
    gap: 0;
  }
  .primary > .room {
    block-size: 0;
  }
  /* Beside a picture everything stands at its foot, and nothing moves when there is more of it. */
  :is(.is-spine, .wide.is-rail) .under {
    align-self: stretch;
    justify-content: end;
  }
  .is-spine .wait {
    flex-direction: column;
  }
`;
