import { css } from 'lit';

/** Tokens, the frame and what every part shares. `--_…` are ours; `--peel-…` are the page's. */
export const base = css`
  :host {
    --_accent: var(--peel-accent, light-dark(#b8410b, #ffa363));
    --_accent-contrast: var(--peel-accent-contrast, light-dark(#fff, #261203));
    --_surface: var(--peel-surface, light-dark(#fff, #191613));
    --_raised: var(--peel-surface-raised, light-dark(#f7f4ef, #24201c));
    --_text: var(--peel-text, light-dark(#221d17, #f4efe7));
    --_quiet: var(--peel-text-quiet, light-dark(#675d52, #b9afa2));
    --_border: var(--peel-border, light-dark(#8f857a, #8a8074));
    --_hairline: color-mix(in srgb, var(--_border) 38%, transparent);
    --_danger: var(--peel-danger, light-dark(#a81c1c, #ff9c92));
    --_warning: var(--peel-warning, light-dark(#7d4a00, #f3bd63));
    --_focus: var(--peel-focus-ring, var(--_accent));
    --_radius: var(--peel-radius, 0.75rem);
    --_gap: var(--peel-gap, 1rem);
    --_control: var(--peel-control-size, 2.75rem);
    --_motion: var(--peel-motion, 1);
    display: block;
    min-inline-size: min(100%, 17rem);
    color: var(--_text);
    font-family: var(--peel-font, inherit);
    line-height: 1.5;
    text-align: start;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  .base {
    container-type: inline-size;
  }
  .halves {
    display: grid;
    gap: var(--_gap);
  }
  @container (inline-size >= 46rem) {
    .halves {
      grid-template-columns: minmax(17rem, 5fr) minmax(0, 7fr);
      gap: calc(var(--_gap) * 1.5);
    }
  }
  /* Each paragraph chooses its own direction: a right-to-left page may hold text in another language. */
  p,
  label,
  legend,
  [part='hint'],
  .line,
  .face,
  .legend {
    unicode-bidi: plaintext;
    text-align: match-parent;
  }
  p {
    margin: 0;
  }
  .quiet,
  .disclosure {
    color: var(--_quiet);
    font-size: 0.875rem;
  }
  .disclosure {
    min-block-size: 1.5em;
    margin-block-start: 0.5rem;
  }
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
