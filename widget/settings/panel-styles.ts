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
  .settings .tiles {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 0.45em;
  }
  .settings .tile {
    display: flex;
    flex-direction: column;
    align-items: center;
    min-inline-size: 0;
    padding: 0.35em 0.1em 0.45em;
    font-size: max(0.93em, 12px);
    hyphens: auto;
  }
  @media (hover: hover) {
    .settings .more:hover {
      background: var(--_tone);
    }
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
    font-weight: 600;
    gap: 0.5em;
  }

  @media (forced-colors: active) {
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
