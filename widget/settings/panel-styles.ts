import { css } from 'lit';

/** Rows keep the field's padding; hairlines run from edge to edge. */
export const styles = css`
  .settings,
  .settings .rows {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25em;
  }
  .settings {
    padding: 0.85em 1.03em 0;
    font-size: max(0.875em, 13px);
  }
  .settings :is(legend, .exact) {
    padding: 0;
    font-weight: 600;
  }
  .settings legend {
    margin-block-end: 0.5em;
  }
  .settings p {
    margin-block-start: 0.5em;
  }
  .settings label:has(:disabled) {
    cursor: default;
    opacity: 0.6;
  }
  /* The native control lies over its label: it takes the press and the finger, and the label draws it. */
  .settings [type='radio'] {
    position: absolute;
    inset: 0;
    z-index: 1;
    inline-size: 100%;
    block-size: 100%;
    cursor: inherit;
    opacity: 0;
  }

  .settings .tiles {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 0.45em;
  }
  .settings .tile {
    position: relative;
    display: flex;
    flex-direction: column;
    align-items: center;
    min-inline-size: 0;
    padding: 0.4em 0.15em 0.5em;
    border: 0;
    border-radius: var(--_radius-small);
    font-size: max(0.93em, 12px);
    line-height: 1.25;
    text-align: center;
    hyphens: auto;
    overflow-wrap: anywhere;
    transition:
      background-color calc(var(--_motion) * 0.12s),
      box-shadow calc(var(--_motion) * 0.12s);
  }
  @media (hover: hover) {
    .settings :is(.tile:not(:has(:disabled, :checked)), .more):hover {
      background: var(--_tone);
    }
  }
  .settings .tile:has(:checked) {
    background: var(--_tint);
    box-shadow: inset 0 0 0 2px var(--_ring);
    font-weight: 600;
  }
  .settings .tile:has(:focus-visible) {
    outline: 2px solid var(--_ring);
    outline-offset: 2px;
  }
  .settings .drawing {
    flex: none;
    inline-size: 3.15em;
    block-size: 2.69em;
    margin-block-end: 0.25em;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.2;
  }
  .settings .any {
    stroke-dasharray: 3 2.4;
  }
  .settings :checked + .drawing {
    fill: var(--_accent);
    stroke: var(--_ring);
    stroke-dasharray: none;
  }
  .settings .tile:not(:has(:checked)) .figures {
    color: var(--_quiet);
  }
  @container (inline-size >= 336px) {
    .settings .whole {
      grid-template-columns: repeat(5, minmax(0, 1fr));
      gap: 0.2em;
    }
    .settings .whole .tile {
      padding-inline: 0;
      font-size: max(0.875em, 12px);
    }
    .settings .whole .drawing {
      inline-size: 3.3em;
      block-size: 2.82em;
    }
  }

  /* Words that do not fit beside each other take a second row. */
  .settings .segments {
    flex-wrap: wrap;
  }
  .settings .segments label {
    flex: 1 1 0;
    min-inline-size: min-content;
    max-inline-size: 100%;
    padding: 0.25em 0.5em;
    line-height: 1.25;
    text-align: center;
    transition: background-color calc(var(--_motion) * 0.12s);
  }
  @container (inline-size < 336px) {
    .settings [part='resolution'] label:is(:nth-child(4), :has(~ :nth-child(4))) {
      flex-basis: 40%;
    }
  }

  .settings .more {
    display: flex;
    align-items: center;
    justify-content: space-between;
    min-block-size: max(var(--_control), 2.85em);
    padding: 0 1.03em;
    margin-inline: -1.03em;
    border-width: 1px 0 0;
    border-color: var(--_line);
    border-radius: 0;
  }
  .settings .more:focus-visible {
    outline-offset: -3px;
  }
  .settings .more[aria-expanded='true'] .icon {
    rotate: 180deg;
  }
  .settings .rows {
    padding-block-end: 0.9em;
    margin-block-start: -0.75em;
    transition: opacity calc(var(--_motion) * 0.18s);
  }
  @starting-style {
    .settings .rows {
      opacity: 0;
    }
  }
  .settings .check {
    display: flex;
    align-items: center;
    gap: 0.6em;
    min-block-size: max(24px, var(--_control) - 1em);
  }
  .settings [type='checkbox'] {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
  }
  .settings .exact {
    display: grid;
    gap: 0.5em;
  }
  .settings select {
    inline-size: 100%;
    min-block-size: max(var(--_control), 2.4em);
    padding-inline: 0.6em 2em;
    border-color: var(--_edge);
    appearance: none;
    font-weight: 400;
    text-overflow: ellipsis;
  }
  .settings option {
    background: var(--_paper);
    color: var(--_ink);
  }
  .settings :is(select, select + .icon) {
    grid-area: 2 / 1;
  }
  .settings select + .icon {
    margin-inline-end: 0.75em;
    place-self: center end;
    pointer-events: none;
  }

  @media (forced-colors: active) {
    .settings .tile {
      border: 1px solid ButtonBorder;
    }
    .settings .tile:has(:checked) {
      border: 2px solid Highlight;
    }
    .settings :checked + .drawing {
      fill: Highlight;
      stroke: CanvasText;
    }
    .settings label:has(:disabled) {
      color: GrayText;
      opacity: 1;
    }
  }
`;
