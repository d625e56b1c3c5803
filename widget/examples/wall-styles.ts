import { css } from 'lit';

/** A strip; an album where there is room, and squares where there is least. */
export const wallStyles = css`
  /* Taller than the line that they stand on, which they do not stretch. */
  .arrows {
    display: none;
    margin-block: -0.6em;
  }
  .arrows .icon {
    rotate: 90deg;
  }
  .arrows :last-child .icon {
    rotate: -90deg;
  }
  .arrows [aria-disabled='true'] {
    opacity: 0.4;
  }
  @media (any-pointer: fine) {
    .arrows {
      display: flex;
    }
  }
  .album {
    /* Small text makes the element's place small, which it must not outgrow. */
    --height: min(148px, 8.2em);
    display: flex;
    gap: 0.6em;
    /* However much it holds, it is as wide as its column. */
    contain: inline-size;
    overflow-x: auto;
    scroll-snap-type: inline mandatory;
    scrollbar-width: none;
  }
  @media (prefers-reduced-motion: no-preference) {
    .album {
      scroll-behavior: smooth;
    }
  }
  .half {
    display: contents;
  }
  .sample {
    flex: none;
    inline-size: calc(var(--k) * var(--height));
    max-inline-size: 100%;
    min-inline-size: 0;
    padding: 0;
    border: 0;
    text-align: inherit;
    scroll-snap-align: start;
  }
  .frame {
    position: relative;
    display: block;
    inline-size: 100%;
    block-size: var(--height);
    margin-block-end: 0.25em;
    border-radius: var(--_radius-small);
    background: var(--_wash);
    overflow: hidden;
  }
  .frame img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .sample .small {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  @media (hover: hover) {
    .sample:hover .small {
      color: inherit;
    }
  }
  /* On the picture, because the strip would cut off a ring around it. */
  .sample:focus-visible {
    outline: none;
  }
  .sample:focus-visible .frame::after {
    position: absolute;
    inset: 0;
    border: 2px solid var(--_ring);
    border-radius: inherit;
    box-shadow: inset 0 0 0 2px var(--_paper);
    content: '';
  }
  .album + .others {
    display: none;
    margin-block-start: 0.45em;
  }
  .album ~ .sentences {
    margin-block-start: 1.25em;
  }
  @container (inline-size < 336px) {
    .arrows {
      display: none;
    }
    .album {
      display: grid;
      grid-template-columns: 1fr 1fr;
    }
    .sample {
      inline-size: auto;
    }
    .frame {
      block-size: auto;
      max-block-size: 7.5em;
      aspect-ratio: 1;
    }
    .examples:not(.all) .sample.rest {
      display: none;
    }
    .examples:not(.all) .album + .others {
      display: block;
    }
  }
  @container (inline-size >= 44em) {
    .album {
      flex-wrap: wrap;
      row-gap: 1em;
      overflow: visible;
    }
    /* One line if its pictures are at least two thirds of 8em high: lower ones would be nearer to 8em on two lines. */
    .half {
      display: flex;
      flex: var(--k) 1 calc(var(--k) * 16em / 3 + var(--gaps) * 0.6em);
      min-inline-size: 0;
      max-inline-size: 100%;
      gap: 0.6em;
    }
    .sample {
      flex: var(--k) 1 0;
      max-inline-size: calc(var(--k) * 12em);
    }
    .frame {
      block-size: auto;
      max-block-size: 9.5em;
      aspect-ratio: var(--k);
    }
  }
`;
