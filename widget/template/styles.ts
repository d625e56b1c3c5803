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
    min-block-size: max(2.75em, var(--_control));
    padding-inline-start: 0.9em;
    border-radius: var(--_radius);
  }
  .slot .options {
    display: flex;
    flex-wrap: wrap;
    gap: 0.45em;
  }
  .slot .option {
    display: grid;
    min-inline-size: var(--_control);
    max-inline-size: 100%;
    min-block-size: max(var(--_control), 24px);
    padding: 0.35em 0.9em;
    place-content: center;
  }
  .slot .option:not(:has(:checked)) {
    border-color: var(--_edge);
  }
  /* One photo at most: it needs no number, and stands where the button and the names do. */
  .slot .refs {
    padding: 0;
    margin-block-end: 0.6em;
  }
  .slot .ref-number {
    display: none;
  }
  .slot p {
    margin-block-start: 0.45em;
    font-weight: 600;
  }
  .slot.invalid :is([type='text'], select) {
    border-color: var(--_ink);
    box-shadow: inset 0 0 0 1px var(--_ink);
  }
`;
