import { css } from 'lit';

/** Sentences to start from. The styles of pictures come with them. */
export const examples = css`
  .heading {
    display: flex;
    flex-wrap: wrap;
    margin-block-end: 0.75em;
    font-weight: 600;
    justify-content: space-between;
    gap: 0 1em;
  }
  /* Taller than the line that it stands on, which it does not stretch. */
  .heading .others {
    margin-block: -0.3em;
    font-weight: 400;
  }
  .idea,
  slot[name='ideas']::slotted(button) {
    display: flex;
    inline-size: 100%;
    min-block-size: max(var(--_control), 24px);
    padding: 0.2em 0;
    border: 0 solid var(--_line);
    border-block-start-width: 1px;
    border-radius: 0;
    background: none;
    color: inherit;
    font: inherit;
    font-size: 1.05em;
    line-height: 1.3;
    text-align: inherit;
    align-items: center;
    justify-content: space-between;
    gap: 1em;
    cursor: pointer;
  }
  .idea span {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  .sentences,
  slot[name='ideas']::slotted(:last-of-type) {
    border-block-end: 1px solid var(--_line);
  }
  .idea .icon {
    color: var(--_quiet);
    font-size: 0.9em;
  }
  @media (hover: hover) {
    .idea:hover .icon {
      color: inherit;
    }
  }
  .all .others,
  .examples:not(.all) .idea:nth-child(n + 4) {
    display: none;
  }
  @container (inline-size < 336px) or (inline-size >= 44em) {
    .examples:not(.all) .idea:nth-child(4) {
      display: flex;
    }
    .examples:not(:has(.idea:nth-child(5))) .heading .others {
      display: none;
    }
  }
  @container (inline-size >= 44em) {
    .idea,
    slot[name='ideas']::slotted(button) {
      padding-block: 0.9em;
      font-size: 1.2em;
      line-height: inherit;
    }
  }
`;
