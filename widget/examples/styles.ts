import { css } from 'lit';

/** Examples as a strip; as an album where there is room, and as squares where there is least. */
export const examples = css`
  .head {
    display: flex;
    justify-content: space-between;
    margin-block-end: 0.6em;
  }
  .title {
    font-weight: 600;
  }
  /* Taller than the line that they stand on, which they do not stretch. */
  .steps {
    display: none;
    margin-block: -0.6em;
  }
  .steps .icon {
    rotate: 90deg;
  }
  .steps :last-child .icon {
    rotate: -90deg;
  }
  .steps [aria-disabled='true'] {
    opacity: 0.4;
  }
  @media (any-pointer: fine) {
    .steps {
      display: flex;
    }
  }
  .album {
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
  .row {
    display: contents;
  }
  .tile {
    flex: none;
    inline-size: calc(var(--k) * 148px);
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
    block-size: 148px;
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
  .tile .small {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  @media (hover: hover) {
    .tile:hover .small {
      color: inherit;
    }
    .idea:hover .icon {
      color: inherit;
      translate: 0.2em;
    }
    .idea:dir(rtl):hover .icon {
      translate: -0.2em;
    }
  }
  /* On the picture, because the strip would cut off a ring around it. */
  .tile:focus-visible {
    outline: none;
  }
  .tile:focus-visible .frame::after {
    position: absolute;
    inset: 0;
    border: 2px solid var(--_ring);
    border-radius: inherit;
    box-shadow: inset 0 0 0 2px var(--_paper);
    content: '';
  }
  .idea,
  slot[name='ideas']::slotted(button) {
    display: flex;
    inline-size: 100%;
    min-block-size: max(var(--_control), 24px);
    padding: 0.6em 0;
    border: 0 solid var(--_line);
    border-block-start-width: 1px;
    border-radius: 0;
    background: none;
    color: inherit;
    font: inherit;
    font-size: 1.05em;
    text-align: inherit;
    align-items: center;
    justify-content: space-between;
    gap: 1em;
    cursor: pointer;
  }
  .sentences,
  slot[name='ideas']::slotted(:last-of-type) {
    border-block-end: 1px solid var(--_line);
  }
  .idea .icon {
    color: var(--_quiet);
    font-size: 0.9em;
    transition: translate calc(var(--_motion) * 0.12s);
  }
  .more {
    margin-block-start: 0.75em;
  }
  .album ~ .more,
  .all .more,
  .examples:not(.all) .idea.rest {
    display: none;
  }
  @container (inline-size < 336px) {
    .album {
      display: grid;
      grid-template-columns: 1fr 1fr;
    }
    .tile {
      inline-size: auto;
    }
    .frame {
      aspect-ratio: 1;
      block-size: auto;
    }
    .examples:not(.all) :is(.album ~ .more) {
      display: flex;
      inline-size: 100%;
    }
    .examples:not(.all) .rest {
      display: none;
    }
  }
  @container (inline-size >= 44em) {
    .album {
      flex-wrap: wrap;
      row-gap: 1em;
      overflow: visible;
    }
    /* One line if its pictures are at least two thirds of 8em high, because then two lines would be further from 8em. */
    .row {
      display: flex;
      flex: var(--k) 1 calc(var(--k) * 16em / 3 + var(--gaps) * 0.6em);
      min-inline-size: 0;
      max-inline-size: 100%;
      gap: 0.6em;
    }
    .tile {
      flex: var(--k) 1 0;
      max-inline-size: calc(var(--k) * 12em);
    }
    .frame {
      block-size: auto;
      max-block-size: 9.5em;
      aspect-ratio: var(--k);
    }
    .idea,
    slot[name='ideas']::slotted(button) {
      padding-block: 0.9em;
      font-size: 1.2em;
    }
  }
`;
