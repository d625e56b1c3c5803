import { css } from 'lit';

/** The box of the picture, what stands under it, and how both lie in the element. */
export const stage = css`
  .stage {
    --_tallest: min(36em, 62svh);
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    gap: 0.75em;
  }
  /* What is scrolled into view. */
  :is(.stage, .field) {
    scroll-margin: 12px;
  }
  .framed .stage {
    --_tallest: 36em;
  }
  .box {
    position: relative;
    inline-size: min(100%, min(var(--_tallest), var(--_kept, 99em)) * var(--_k));
    flex: none;
    margin: 0;
    border-radius: var(--_radius);
    aspect-ratio: var(--_k);
    background: var(--_wash);
    overflow: hidden;
  }
  .studio:not(.is-rail) .box {
    margin-inline: auto;
  }
  .under {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    gap: 0.75em;
  }
  :where(.roomy) .under {
    min-block-size: 10em;
  }
  /* The room of the examples is not that of a picture. */
  .studio:not(.wide) .stage-side:has(> .stage:not(.roomy)) {
    min-block-size: var(--peel-stage-min-height, 0);
  }

  /* What the composer has with pictures: a marked place, and the share of a pause that is over. */
  .placed {
    display: flex;
    padding: 0.45em 0.9em 0;
    align-items: center;
    font-weight: 500;
  }
  /* A limit without an end to wait for. */
  .primary[aria-disabled]:not([style*='_share']) {
    opacity: 0.6;
  }
  .primary[style*='_share']::before {
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    inline-size: calc(100% * var(--_share));
    background: var(--_tone-hover);
    content: '';
  }

  /* The shape of the picture decides where the rest stands. */
  .is-spine .stage {
    flex-direction: row;
    align-items: end;
  }
  .is-spine .under {
    flex: 1;
    min-block-size: 0;
  }
  @container (inline-size >= 44em) {
    .stage {
      --_tallest: min(36em, 76svh);
    }
    :where(.roomy) .under {
      min-block-size: 7em;
    }
  }
  .wide.is-rail .stage {
    flex-flow: row wrap;
    align-items: end;
    column-gap: 1.25em;
  }
  .wide.is-rail .under {
    flex: 1 1 12em;
    min-block-size: 0;
  }
  .wide.studio:not(.is-panorama) .box {
    margin-inline: 0;
  }
  .wide.is-panorama :is(.stage-side, .stage) {
    display: contents;
  }
  .wide.is-panorama .box {
    grid-column: 1 / -1;
    grid-row: 1;
  }
  .wide.is-panorama :is(.composer-side, .under) {
    grid-row: 2;
    grid-column: 1;
  }
  .wide.is-panorama .under {
    grid-column: 2;
  }

  /*
   * Light while a picture is made: three soft colours around the accent, drifting. An accent of less chroma than 0.03 has
   * no colour to speak of, and its hue would give mud: blue, amber and violet take its place.
   */
  .glow {
    --_light-1: light-dark(oklch(from var(--_accent) 0.84 max(c * 0.62, 0.065) calc(h + (265 - h) * clamp(0, 4 - c * 100, 1))), oklch(from var(--_accent) 0.44 max(c * 0.62, 0.06) calc(h + (265 - h) * clamp(0, 4 - c * 100, 1))));
    --_light-2: light-dark(oklch(from var(--_accent) 0.87 max(c * 0.55, 0.055) calc(h + 48 + (12 - h) * clamp(0, 4 - c * 100, 1))), oklch(from var(--_accent) 0.38 max(c * 0.55, 0.055) calc(h + 48 + (12 - h) * clamp(0, 4 - c * 100, 1))));
    --_light-3: light-dark(oklch(from var(--_accent) 0.91 max(c * 0.4, 0.05) calc(h - 40 + (340 - h) * clamp(0, 4 - c * 100, 1))), oklch(from var(--_accent) 0.33 max(c * 0.4, 0.05) calc(h - 40 + (340 - h) * clamp(0, 4 - c * 100, 1))));
  }
  .glow,
  .glow::after {
    position: absolute;
    inset: -20%;
    background:
      radial-gradient(circle farthest-side at 20% 12%, var(--_light-1), transparent 96%),
      radial-gradient(circle farthest-side at 96% 30%, var(--_light-2), transparent 92%),
      radial-gradient(circle farthest-side at 55% 118%, var(--_light-3), transparent 88%);
    animation: drift calc(var(--_motion) * 14s) linear infinite alternate;
    content: '';
  }
  .glow::after {
    inset: 0;
    opacity: 0.5;
    scale: -1 1;
    animation-duration: calc(var(--_motion) * 19s);
    animation-direction: alternate-reverse;
  }
  @keyframes drift {
    from {
      translate: -6% -4%;
    }
    50% {
      translate: 5% -2%;
    }
    to {
      translate: 3% 6%;
    }
  }
  .draft,
  .picture,
  .picture img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: contain;
  }
  .picture {
    display: block;
  }
  .draft {
    position: absolute;
    inset: 0;
  }
  .draft + .tag {
    inset-block-end: 0.6em;
    inset-inline-start: 0.6em;
  }
  button.picture {
    min-block-size: 0;
    padding: 0;
    border: 0;
    border-radius: inherit;
    background: none;
    cursor: zoom-in;
  }
  button.picture:focus-visible {
    outline-offset: -4px;
  }
  .arriving .picture {
    animation: arrive calc(var(--_motion) * 560ms) cubic-bezier(0.16, 1, 0.3, 1);
  }
  @keyframes arrive {
    from {
      opacity: 0;
      filter: blur(14px);
      scale: 1.015;
    }
  }
  .corner {
    position: absolute;
    display: flex;
    inset-block-start: 0.6em;
    inset-inline-end: 0.6em;
    gap: 0.45em;
  }
  .on-picture {
    display: grid;
    inline-size: 40px;
    padding: 0;
    border: 0;
    border-radius: var(--_radius-small);
    place-items: center;
  }
  .on-picture[aria-pressed='true'] {
    --_bh: #fff;
    color: #000;
  }
  .marks,
  .corner.beside {
    position: static;
    display: flex;
    align-items: center;
    gap: 0.45em;
  }

  /* In the field, until the visitor has read it. */
  .check {
    margin: 0.6em 0.96em 0;
  }
  /* The height of Turnstile, from the moment that it is seen. */
  .check ~ ::slotted([slot='challenge']) {
    min-block-size: 65px;
    margin: 0.45em 0.9em;
  }
  .owner-notice {
    padding: 0.75em 0.8em;
    margin: 0.45em;
    border-radius: var(--_radius-small);
    background: var(--_tone);
    overflow-wrap: anywhere;
  }
  .progress {
    position: absolute;
    inset: auto 0 0;
    block-size: 4px;
    background: var(--_tone);
  }
  [part='progress-bar'] {
    block-size: 100%;
    inline-size: calc(100% * var(--_share));
    background: var(--_ring);
    transition: inline-size calc(var(--_motion) * 1s) linear;
  }
  .endless [part='progress-bar'] {
    inline-size: 30%;
    margin: auto;
    animation: endless calc(var(--_motion) * 2.4s) ease-in-out infinite alternate;
  }
  @keyframes endless {
    from {
      translate: -116%;
    }
    to {
      translate: 116%;
    }
  }
  .wait :is(.seconds, .quiet) {
    unicode-bidi: plaintext;
  }
  .wait {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 0.6em;
  }
  .seconds {
    font-size: 1.9em;
    font-variant-numeric: tabular-nums lining-nums;
    letter-spacing: -0.02em;
    line-height: 1.2;
  }
  .thought,
  .caption .short {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  .caption {
    overflow-wrap: anywhere;
  }

  .actions {
    display: flex;
    align-items: stretch;
    gap: 0.45em;
    animation: settle calc(var(--_motion) * 200ms) ease-out;
  }
  @keyframes settle {
    from {
      opacity: 0;
      translate: 0 4px;
    }
  }
  .actions :is(button, a) {
    padding-inline: 0.7em;
    white-space: nowrap;
    gap: 0.45em;
  }
  .studio:not(.wide, .is-spine) .actions {
    flex-wrap: wrap;
    .use {
      flex: 1 0 100%;
    }
    .download {
      flex: 1;
    }
  }
  /* Beside a picture: one under the other. */
  :is(.is-spine, .wide.is-rail) .actions {
    display: grid;
    inline-size: min(100%, 16em);
  }
  .menu-place {
    position: relative;
    display: flex;
  }
  .switch > * {
    padding-inline: 0.5em;
    font-size: max(0.9375em, 14px);
    white-space: nowrap;
  }
  .several {
    display: flex;
    flex-wrap: wrap;
    gap: 0.45em;
  }
  .several button {
    inline-size: 3.5em;
    block-size: 3.5em;
    padding: 0;
    border: 0;
    border-radius: var(--_radius-small);
    background: var(--_wash);
    overflow: hidden;
  }
  .several [aria-pressed='true'] {
    outline: 2px solid var(--_ring);
    outline-offset: 1px;
  }
  .several img {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  @container (inline-size < 336px) {
    .switch > * {
      font-size: max(0.875em, 13px);
      /* Two lines are no higher than one, so nothing moves with the choice. */
      line-height: 1.1;
      text-align: center;
      text-wrap: balance;
      white-space: normal;
    }
  }
  @media (forced-colors: active) {
    .box {
      border: 1px solid CanvasText;
    }
    [part='progress-bar'] {
      background: Highlight;
    }
    .several [aria-pressed='true'] {
      outline-color: Highlight;
    }
  }
`;
