import { css } from 'lit';

export const styles = css`
  .owner .owner-title {
    margin-block-end: 0.2em;
    font-size: 1.2em;
    line-height: 1.3;
    text-wrap: balance;
  }
  @container (inline-size < 44em) {
    .owner .owner-title {
      font-size: 1.05em;
    }
  }
  .owner-card {
    margin-block-start: 1.25em;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    interpolate-size: allow-keywords;
  }
  .owner-card::details-content {
    block-size: 0;
    overflow: clip;
    transition:
      block-size calc(var(--_motion) * 180ms),
      content-visibility calc(var(--_motion) * 180ms) allow-discrete;
  }
  .owner-card[open]::details-content {
    block-size: auto;
  }
  .owner-card summary {
    display: flex;
    min-block-size: max(var(--_control), 24px);
    padding: 0.35em 0.8em;
    border-radius: inherit;
    font-weight: 600;
    list-style: none;
    align-items: center;
    justify-content: space-between;
    gap: 0.5em;
  }
  .owner-card summary::-webkit-details-marker {
    display: none;
  }
  .owner-card[open] summary .icon {
    rotate: 180deg;
  }
  .owner-advice {
    padding: 0.1em 0.8em 0.8em;
    overflow-wrap: anywhere;
    text-wrap: pretty;
  }
  .owner-steps {
    margin-block: 0.6em;
    counter-reset: step;
  }
  .owner-steps li {
    position: relative;
    padding-inline-start: 1.75em;
    margin-block: 0.5em;
    counter-increment: step;
  }
  .owner-steps li::before {
    position: absolute;
    inset-inline-start: 0;
    color: var(--_quiet);
    content: counter(step) '.';
  }
  .owner-line {
    display: flex;
    padding: 0.2em;
    margin-block-start: 0.45em;
    margin-inline-start: -1.75em;
    border-radius: var(--_radius-small);
    background: var(--_tone);
    align-items: center;
    gap: 0.5em;
  }
  .owner-line code {
    flex: 1;
    min-inline-size: 0;
    padding-inline: 0.6em;
    font-family: var(--_mono);
    font-size: max(0.875em, 13px);
    text-align: start;
    user-select: all;
  }
  .owner-steps .quiet {
    margin-block-start: 0.35em;
  }
  .owner-line button {
    --_b: var(--_paper);
    flex: none;
    background: var(--_paper);
  }
  .owner-advice > .fill {
    inline-size: 100%;
  }
  @media (forced-colors: active) {
    .owner-line {
      border: 1px solid;
    }
  }
`;
