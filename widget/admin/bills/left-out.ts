import { html, nothing } from 'lit';
import type { DeskBillRead } from '../../../worker/desk-protocol.ts';
import { formatNumber } from '../parts/format.ts';
import { ADD_BILL } from '../words/bills.ts';

/** Lines of a bill that are in no sum, in the bill's own words, and how many more there are. */
export const leftOutList = (
  { leftOut, leftOutLines }: Pick<DeskBillRead, 'leftOut' | 'leftOutLines'>,
  moneyOf: (micros: number) => string,
) => {
  const more = leftOutLines - leftOut.length;
  return html`<ul class="left-out">
    ${leftOut.map(
      ({ text, micros, because }) =>
        html`<li>
          ${text || '—'}${because === 'other_month' ? ` (${ADD_BILL.otherMonth})` : ''}
          <span class="nowrap">${moneyOf(micros)}</span>
        </li>`,
    )}
    ${more > 0 ? html`<li>${ADD_BILL.moreLines(ADD_BILL.linesOf(formatNumber(more), more === 1))}</li>` : nothing}
  </ul>`;
};
