import { css } from 'lit';

/**
 * Tokens, the frame and what every part shares. `--_…` are ours, `--peel-…` are the page's, and the tokens of one
 * letter are what `PageLook` has read from the page. Every size is in `em` of the base, so the root's font size
 * changes nothing.
 */
export const base = css`
  :host {
    --_ink: var(--peel-text, var(--_i, currentcolor));
    --_paper: var(--peel-surface, var(--_p, Canvas));
    --_accent: var(--peel-accent, var(--_a, var(--_ink)));
    --_on-accent: var(--peel-accent-contrast, var(--_o, var(--_paper)));
    --_quiet: var(--peel-text-quiet, color-mix(in srgb, var(--_ink) var(--_q, 80%), transparent));
    --_edge: var(--peel-border, color-mix(in srgb, var(--_ink) var(--_e, 60%), transparent));
    --_tone: var(--peel-surface-raised, color-mix(in srgb, var(--_ink) 8%, transparent));
    --_ring: var(--peel-focus-ring, var(--_r, var(--_ink)));
    --_danger: var(--peel-danger, light-dark(#a81c1c, #ff9c92));
    --_warning: var(--peel-warning, currentcolor);
    --_radius: var(--peel-radius, var(--_c, 0.625em));
    --_radius-small: calc(var(--_radius) * 0.7);
    --_control: var(--peel-control-size, 2.5em);
    --_gap: var(--peel-gap, 1.25em);
    --_motion: var(--peel-motion, 1);
    --_mono: var(--peel-font-mono, ui-monospace, monospace);
    display: block;
    min-inline-size: min(100%, 280px);
    max-inline-size: 100%;
    /* The columns of a page or of a printed sheet do not cut it in two. */
    break-inside: avoid;
    text-align: start !important;
  }
  /* Full screen has colours of its own. */
  :host,
  .viewer {
    --_line: color-mix(in srgb, var(--_ink) 16%, transparent);
    --_tone-hover: color-mix(in srgb, var(--_ink) 12%, transparent);
    --_tone-on: color-mix(in srgb, var(--_ink) 15%, transparent);
    --_wash: color-mix(in srgb, var(--_ink) 4.5%, transparent);
    --_tint: color-mix(in srgb, var(--_accent) var(--_t, 11%), transparent);
  }
  :host([hidden]) {
    display: none !important;
  }
  @media (pointer: coarse) {
    :host {
      --_control: max(var(--peel-control-size, 2.75em), 44px);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    :host {
      --_motion: 0;
    }
    .base * {
      transition: none !important;
      animation: none !important;
    }
  }
  @media (forced-colors: active) {
    :host {
      --_ink: CanvasText;
      --_paper: Canvas;
      --_accent: Highlight;
      --_on-accent: HighlightText;
      --_quiet: CanvasText;
      --_edge: ButtonBorder;
      --_ring: Highlight;
    }
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  /* Text styles of the page end here. Colour and font are the page's, also where it has unset everything. */
  .base {
    display: block;
    container-type: inline-size;
    /* Where the page shrinks the element to its content, the container has none to offer. No wider than a phone. */
    contain-intrinsic-inline-size: min(44em, 100vw - 3em);
    /* The page may make the host a row or a grid. */
    inline-size: 100%;
    min-inline-size: 0;
    color: var(--peel-text, inherit);
    font-family: var(--peel-font, var(--_f, inherit));
    font-size: clamp(15px, 1em, 20px);
    font-variant-numeric: lining-nums;
    line-height: 1.45;
    letter-spacing: normal;
    /* Left or right by the direction of the page, for every paragraph inside, whatever its own direction. */
    text-align: match-parent;
    text-align: -webkit-match-parent;
    text-align-last: auto;
    text-indent: 0;
    text-shadow: none;
    text-transform: none;
    white-space: normal;
    word-break: normal;
    word-spacing: normal;
    overflow-wrap: break-word;
    -webkit-text-fill-color: currentcolor;
    /* Not seen, as there are no columns. PageLook notices by these transitions that the page has changed a colour. */
    column-rule-color: var(--peel-accent, currentcolor);
    transition: 1ms step-start;
    transition-property: color, accent-color, column-rule-color;
  }
  .base:is(:lang(ar), :lang(fa), :lang(ur), :lang(hi)) {
    line-height: 1.65;
  }
  @container (inline-size < 336px) {
    .base > * {
      font-size: min(1em, 17px);
    }
  }
  /* A right-to-left page may hold text in another language, and the other way round. */
  p,
  label,
  legend,
  summary,
  button,
  li,
  figcaption,
  h2,
  h3 {
    unicode-bidi: plaintext;
  }
  p,
  ul,
  ol,
  figure,
  fieldset,
  form,
  h2,
  h3 {
    min-inline-size: 0;
    padding: 0;
    margin: 0;
    border: 0;
    font: inherit;
    list-style: none;
  }
  h2,
  h3,
  legend {
    padding: 0;
    font-weight: 600;
  }
  img,
  svg {
    display: block;
  }
  [hidden] {
    display: none !important;
  }
  .visually-hidden:not(:focus) {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .note-text {
    font-size: max(0.9375em, 14px);
  }
  .small {
    font-size: max(0.875em, 13px);
  }
  .tiny {
    font-size: max(0.8125em, 12px);
  }
  .quiet {
    color: var(--_quiet);
  }
`;
