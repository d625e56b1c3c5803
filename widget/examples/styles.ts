import { css } from 'lit';

/** Sentences to start from. The styles of pictures come with them. */
export const examples = css`
  .heading {
    display: flex;
    margin-block-end: 0.75em;
    font-weight: 600;
    justify-content: space-between;
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
  @media (hover: hover) {
    .idea:hover .icon {
      translate: 0.2em;
    }
    .idea:dir(rtl):hover .icon {
      translate: -0.2em;
    }
  }
  .others {
    margin-block-start: 0.75em;
  }
  .all .others,
  .examples:not(.all) .idea.rest {
    display: none;
  }
  @container (inline-size >= 44em) {
    .idea,
    slot[name='ideas']::slotted(button) {
      padding-block: 0.9em;
      font-size: 1.2em;
    }
  }
`;
