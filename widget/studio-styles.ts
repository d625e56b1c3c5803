import { css } from 'lit';

/** How composer and stage share the element: side by side where it is wide, one above the other where it is not. */
export const frame = css`
  .studio {
    display: grid;
    min-block-size: 31em;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 1.25em;
  }
  .stage-side {
    min-inline-size: 0;
    min-block-size: var(--peel-stage-min-height, 12.5em);
  }
  #prompt {
    min-block-size: 6.2em;
  }
  @container (inline-size < 336px) {
    .studio {
      min-block-size: 42em;
    }
    .stage-side {
      min-block-size: var(--peel-stage-min-height, 22em);
    }
  }
  .compact {
    min-block-size: 0;
  }
  .compact .stage-side:not(:has([part='stage'])) {
    display: none;
  }
  .wide {
    min-block-size: 26em;
    grid-template-columns: clamp(19.5em, 35%, 23em) minmax(0, 1fr);
    align-items: start;
    gap: 2em;
  }
  .wide.split {
    grid-template-columns: clamp(15em, 35%, 23em) minmax(0, 1fr);
    gap: 1.5em;
  }
  .wide .stage-side {
    min-block-size: var(--peel-stage-min-height, 24em);
  }
  .wide #prompt {
    min-block-size: 8.2em;
  }
  .wide #prompt.beside {
    min-block-size: 4.2em;
  }
  /* The place of a picture, until the engine's own styles are there. */
  .box {
    border-radius: var(--_radius);
    aspect-ratio: 4 / 3;
    background: var(--_tone);
  }
  .go-to-text:focus {
    position: absolute;
    z-index: 1;
    background: var(--_paper);
  }
`;
