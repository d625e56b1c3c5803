import { css } from 'lit';

/** The field and what belongs to it. One border holds the whole question. */
export const composer = css`
  .composer {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    gap: 0.75em;
  }
  .head {
    min-block-size: 1.45em;
  }
  [part='label'] {
    display: block;
    font-weight: 600;
  }
  .field {
    position: relative;
    display: flex;
    flex-direction: column;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: var(--peel-surface, none);
  }
  .field.bare {
    border: 0;
  }
  .field:has(#prompt:focus-visible) {
    outline: 2px solid var(--_ring);
    outline-offset: 2px;
  }
  .field.dragging {
    outline: 2px solid var(--_ring);
    background: var(--_tint);
  }
  .drop {
    position: absolute;
    display: grid;
    inset: 0;
    border-radius: inherit;
    background: color-mix(in oklab, var(--_paper), var(--_accent) 11%);
    font-weight: 600;
    place-items: center;
    pointer-events: none;
  }
  #prompt {
    display: block;
    inline-size: 100%;
    min-block-size: 6.2em;
    max-block-size: 14em;
    padding: 0.9em;
    margin: 0;
    border: 0;
    border-radius: inherit;
    line-height: inherit;
    field-sizing: content;
    resize: none;
    scrollbar-width: thin;
  }
  /* The field around it shows the ring. */
  #prompt:focus-visible {
    outline: 0;
  }
  .tools {
    display: flex;
    padding: 0.45em;
    align-items: center;
    gap: 0.45em;
  }
  .bare .tools {
    padding: 0.75em 0 0;
  }
  /* Where the words do not fit beside the icon they wrap out of sight, as a whole. */
  .add {
    flex-wrap: wrap;
    block-size: max(var(--_control), 24px);
    padding-inline: 0.6em;
    justify-content: start;
    gap: 0 0.6em;
    overflow: hidden;
  }
  .add > * {
    line-height: max(var(--_control), 24px);
    white-space: nowrap;
  }
  .add .icon {
    block-size: max(var(--_control), 24px);
  }
  .primary {
    position: relative;
    flex: none;
    margin-inline-start: auto;
    overflow: hidden;
    white-space: nowrap;
  }
  .bare .primary {
    inline-size: 100%;
  }
  .line {
    display: flex;
    inline-size: 100%;
    min-block-size: max(2.6em, 36px);
    padding: 0 0.9em;
    border: 0;
    border-block-start: 1px solid var(--_line);
    border-radius: 0 0 var(--_radius) var(--_radius);
    background: none;
    color: inherit;
    font-weight: 400;
    text-align: start;
    align-items: center;
    gap: 0.6em;
  }
  .line:focus-visible {
    outline-offset: -3px;
  }
  .line[aria-expanded='true'] {
    border-radius: 0;
  }
  .line .icon {
    flex: none;
    margin-inline-start: auto;
    transition: rotate calc(var(--_motion) * 180ms);
  }
  .line[aria-expanded='true'] .icon {
    rotate: 180deg;
  }
  .shape {
    flex: none;
    inline-size: 20px;
    block-size: 20px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.4;
  }
  .shape.any {
    stroke-dasharray: 2.4 2;
  }
  .choice,
  .time {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: plaintext;
  }
  /* Where room is short the time goes first, as a whole: it wraps out of sight. */
  .line > .both {
    display: flex;
    flex: 1;
    flex-wrap: wrap;
    block-size: 1.45em;
    min-inline-size: 0;
    gap: 0 0.6em;
    overflow: hidden;
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    min-block-size: 1.45em;
    gap: 0 1em;
  }
  .foot span {
    unicode-bidi: plaintext;
  }
  .foot .invalid {
    color: var(--_ink);
    font-weight: 600;
  }
  [part='count'] {
    white-space: nowrap;
  }
  .out-of-date {
    padding: 0.75em;
    margin: 0.45em;
    border-radius: var(--_radius-small);
    background: var(--_tone);
  }
  @container (inline-size < 336px) {
    .primary {
      padding-inline: 0.5em;
    }
  }
  @container (inline-size < 310px) {
    .add {
      inline-size: var(--_control);
    }
    .primary {
      flex: 1;
      line-height: 1.2;
      text-wrap: balance;
      white-space: normal;
    }
  }
  @media (pointer: coarse) {
    .line {
      min-block-size: 44px;
    }
  }
`;
