import { css } from 'lit';

export const styles = css`
  .slots {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25em;
  }
  .slot .name {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: 0.75em;
    margin-block-end: 0.45em;
    font-weight: 600;
  }
  /* The owner's words may be in another language than the page. */
  .slot .name > * {
    overflow-wrap: anywhere;
    unicode-bidi: plaintext;
  }
  .slot .quiet {
    flex: none;
    font-weight: 400;
    font-variant-numeric: tabular-nums lining-nums;
  }
  .slot :is([type='text'], select) {
    inline-size: 100%;
    min-block-size: max(2.75em, var(--_control));
    padding: 0.5em 0.9em;
    border-color: var(--_edge);
    border-radius: var(--_radius);
  }
  .slot .list {
    display: grid;
    align-items: center;
  }
  .slot .list > * {
    grid-area: 1 / 1;
  }
  .slot select {
    padding-inline-end: 2.4em;
    appearance: none;
    text-overflow: ellipsis;
  }
  .slot .list .icon {
    margin-inline-end: 0.9em;
    justify-self: end;
    pointer-events: none;
  }
  .slot option {
    background: var(--_paper);
    color: var(--_ink);
  }
  .slot .options {
    display: flex;
    flex-wrap: wrap;
    gap: 0.45em;
  }
  .slot .option {
    position: relative;
    display: grid;
    min-inline-size: var(--_control);
    max-inline-size: 100%;
    min-block-size: max(var(--_control), 24px);
    padding: 0.35em 0.9em;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius-small);
    line-height: 1.25;
    overflow-wrap: anywhere;
    place-content: center;
    text-align: center;
    transition:
      background-color calc(var(--_motion) * 0.12s),
      box-shadow calc(var(--_motion) * 0.12s);
  }
  .slot .option:has(:checked) {
    border-color: var(--_ring);
    background: var(--_tint);
    box-shadow: inset 0 0 0 1px var(--_ring);
    font-weight: 600;
  }
  @media (hover: hover) {
    .slot .option:not(:has(:checked)):hover {
      background: var(--_tone);
    }
  }
  /* The native control lies over its label: it takes the press and the finger, and the label draws it. */
  .slot [type='radio'] {
    position: absolute;
    inset: -1px;
    cursor: inherit;
    opacity: 0;
  }
  .slot .option:has(:focus-visible) {
    outline: 2px solid var(--_ring);
    outline-offset: 2px;
  }
  .slot p {
    margin-block-start: 0.45em;
    font-weight: 600;
  }
  .slot.invalid :is([type='text'], select) {
    border-color: var(--_ink);
    box-shadow: inset 0 0 0 1px var(--_ink);
  }
  @media (forced-colors: active) {
    .slot .option:has(:checked) {
      border: 2px solid Highlight;
    }
  }
`;
