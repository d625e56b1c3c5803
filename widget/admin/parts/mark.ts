import { html, svg } from 'lit';

/** Peel's mark with its name. */
export const mark = () => html`<span class="mark">
  <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
    ${svg`<rect width="32" height="32" rx="7" fill="#fbf5e9" /><circle cx="13" cy="14" r="8" fill="#ff6a4d" />
    <path d="M5 21c4-3 7-3 11 0s7 3 11 0v6H5z" fill="#0b6470" opacity=".88" />`}
  </svg>
  Peel
</span>`;
