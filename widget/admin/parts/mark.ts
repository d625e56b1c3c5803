import { html, svg } from 'lit';

/** Peel's mark with its name. */
export const mark = () => html`<span class="mark">
  <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
    ${svg`<path class="fruit" d="M16 4a12 12 0 1 0 12 12h-9a3 3 0 1 1-3-3z" />
    <path class="peel" d="M19 4.400A12 12 0 0 1 27.600 13h-5.200A7 7 0 0 0 19 9.600z" />`}
  </svg>
  Peel
</span>`;
