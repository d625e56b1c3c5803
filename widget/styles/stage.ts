import { css } from 'lit';

/** A box whose size depends on the space around it and not on its content, so that the page never moves. */
export const stage = css`
  .stage {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    border: 1px solid var(--_hairline);
    border-radius: var(--_radius);
    background: var(--_raised);
    overflow: hidden;
    align-self: start;
    container-type: inline-size;
  }
  .viewport {
    position: relative;
    display: grid;
    block-size: var(--peel-stage-min-height, clamp(17rem, 76cqi, 34rem));
    margin: 1rem;
    container-type: size;
    place-items: center;
  }
  .placeholder,
  .figure {
    position: relative;
    inline-size: min(100cqi, 100cqb * var(--_ratio));
    margin: 0;
    border-radius: calc(var(--_radius) * 0.6);
    aspect-ratio: var(--_ratio);
  }
  .placeholder {
    display: grid;
    border: 2px dashed var(--_hairline);
    color: var(--_quiet);
    font-size: 0.875rem;
    text-align: center;
    place-content: center;
  }
  .placeholder p {
    text-align: center;
  }
  .placeholder.working {
    border: 0;
    background: linear-gradient(
        100deg,
        transparent 30%,
        color-mix(in oklab, var(--_accent) 30%, transparent) 50%,
        transparent 70%
      )
      0 0 / 300% 100%
      color-mix(in oklab, var(--_raised), var(--_accent) 14%);
    animation: sweep calc(var(--_motion) * 2.4s) linear infinite;
  }
  @keyframes sweep {
    from {
      background-position: 100% 0;
    }
    to {
      background-position: -50% 0;
    }
  }
  .figure img {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    border-radius: inherit;
    object-fit: contain;
    animation: appear calc(var(--_motion) * 320ms) ease-out;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  /* A page may restyle the badge but not hide it: an important rule in a shadow tree wins over the page's. */
  .badge {
    position: absolute !important;
    display: block !important;
    inset: 0.5rem auto auto 0.5rem !important;
    inline-size: auto !important;
    block-size: auto !important;
    max-inline-size: none !important;
    max-block-size: none !important;
    padding: 0.1rem 0.5rem !important;
    border-radius: 1rem;
    background: rgb(0 0 0 / 72%);
    color: #fff;
    font-size: max(0.75rem, 12px) !important;
    line-height: 1.5 !important;
    text-indent: 0 !important;
    white-space: nowrap;
    opacity: 1 !important;
    visibility: visible !important;
    clip-path: none !important;
    transform: none !important;
    scale: none !important;
    filter: none !important;
    mask: none !important;
    content-visibility: visible !important;
  }
  .badge:dir(rtl) {
    inset: 0.5rem 0.5rem auto auto !important;
  }
  .thought {
    position: absolute;
    inset-inline: 0;
    inset-block-end: 0;
    max-block-size: 100%;
    padding: 0.25rem 0.75rem;
    border: 1px solid var(--_hairline);
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_surface);
    font-size: 0.9375rem;
    overflow: auto;
  }
  summary {
    padding-block: 0.35rem;
    cursor: pointer;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .thought p {
    padding-block-end: 0.5rem;
    white-space: pre-line;
  }
  .notice {
    position: absolute;
    display: flex;
    flex-direction: column;
    max-block-size: 100%;
    max-inline-size: min(100%, 26rem);
    padding: 0.85rem 1rem;
    border: 1px solid var(--_hairline);
    border-inline-start: 4px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.6);
    background: var(--_surface);
    box-shadow: 0 6px 24px rgb(0 0 0 / 14%);
    font-size: 0.9375rem;
    overflow-wrap: anywhere;
  }
  /* On a small stage the words scroll and the buttons stay in view. */
  .notice .words {
    min-block-size: 0;
    overflow: auto;
  }
  .figure + .notice {
    inset-block-end: 0.75rem;
  }
  .notice.warning {
    border-inline-start-color: var(--_warning);
  }
  .notice.danger {
    border-inline-start-color: var(--_danger);
  }
  .notice .title {
    font-size: 1.0625rem;
    font-weight: 600;
  }
  .countdown {
    margin-block-start: 0.35rem;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  code {
    font-family: var(--peel-font-mono, ui-monospace, monospace);
    font-size: 0.8125rem;
    user-select: all;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5rem;
  }
  .choices > * {
    margin-block-start: 0.5rem;
  }
  .choices .plain:first-child {
    margin-inline-start: -0.5rem;
  }
  .choices .plain {
    padding-inline: 0.5rem;
  }
  @container (inline-size < 18rem) {
    .notice {
      padding: 0.6rem 0.75rem;
      font-size: 0.875rem;
      line-height: 1.4;
    }
    .notice .title {
      font-size: 1rem;
    }
    .choices .action {
      padding-inline: 0.6rem;
    }
  }
  .bar {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    min-block-size: 7.5rem;
    padding: 0.6rem 1rem;
    border-block-start: 1px solid var(--_hairline);
    background: var(--_surface);
    font-size: 0.9375rem;
    font-variant-numeric: tabular-nums;
    align-items: center;
    justify-content: space-between;
    align-content: center;
    gap: 0.5rem 1rem;
  }
  @container (inline-size >= 30rem) {
    .bar {
      min-block-size: 6rem;
    }
  }
  @container (inline-size >= 48rem) {
    .bar {
      min-block-size: 4.25rem;
    }
  }
  .caption {
    color: var(--_quiet);
    font-size: 0.875rem;
    line-height: 1.35;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4rem;
  }
  .actions .action {
    padding-inline: 0.65rem;
  }
  .progress {
    position: absolute;
    inset: -1px 0 auto;
    block-size: 3px;
    background: var(--_hairline);
    overflow: hidden;
  }
  [part='progress-bar'] {
    block-size: 100%;
    background: var(--_accent);
    transform: scaleX(var(--_share));
    transform-origin: 0 0;
    transition: transform calc(var(--_motion) * 1s) linear;
  }
  [part='progress-bar']:dir(rtl) {
    transform-origin: 100% 0;
  }
  .endless [part='progress-bar'] {
    transform: none;
    animation: pulse calc(var(--_motion) * 1.2s) ease-in-out infinite alternate;
  }
  @keyframes pulse {
    from {
      opacity: 0.3;
    }
  }
  @media (forced-colors: active) {
    .badge {
      border: 1px solid;
    }
    [part='progress-bar'] {
      background: Highlight;
    }
  }
`;
