/** Horizontal bars with the figure at the end: long words, few rows, readable without an axis. */
import { html, nothing } from 'lit';
import { formatNumber } from './format.ts';

export interface Bar {
  label: string;
  value: number;
  /** The figure as it is read. Default: the number. */
  text?: string;
  /** A sentence under it, text or a template. */
  more?: unknown;
}

/** The longest bar is the highest value. */
export function bars(rows: readonly Bar[], series: 1 | 4 = 1) {
  const highest = Math.max(1, ...rows.map(({ value }) => value));
  return html`<ul class="bars">
    ${rows.map(
      ({ label, value, text, more }) => html`<li>
        <span class="label">${label}</span>
        <svg width="100%" height="8" aria-hidden="true">
          <rect class="track" width="100%" height="8" rx="4" />
          <rect class=${`series-${series}`} width=${`${(value / highest) * 100}%`} height="8" rx="4" />
        </svg>
        <b class="number">${text ?? formatNumber(value)}</b>
        ${more === undefined ? nothing : html`<p class="more">${more}</p>`}
      </li>`,
    )}
  </ul>`;
}
