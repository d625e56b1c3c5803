/** Five figures of today, each a link to its rows. */
import { html } from 'lit';
import type { DeskOverview } from '../../../../worker/desk-protocol.ts';
import { formatMoney, formatNumber, formatShare, formatWait, formatWeekday, UNKNOWN } from '../../parts/format.ts';
import { FIGURES } from '../../words/overview.ts';

const WITHIN_MS = 30_000;

const figure = (label: string, value: string, more: string, address: string) => html`<li>
  <a href=${address}><span class="label">${label}</span><b class="value">${value}</b><span class="more">${more}</span></a>
</li>`;

/** What was answered without a new picture, of all that were answered: `34 %`. */
export const freeShareOf = ({ made, kept, joined }: Pick<DeskOverview, 'made' | 'kept' | 'joined'>): string =>
  formatShare(kept + joined, kept + joined + made);

/** @param overview undefined: still asking. */
export function figures(overview: DeskOverview | undefined) {
  const texts = overview ? textsOf(overview) : Array.from({ length: 5 }, () => [UNKNOWN, ' '] as const);
  const day = overview ? `?day=${overview.day}` : '';
  const [made, free, refused, wait, unknown] = texts as [Text, Text, Text, Text, Text];
  return html`<ul class="panel figures" aria-label=${FIGURES.title}>
    ${figure(FIGURES.made, ...made, `/peel/admin/pictures${day}`)}
    ${figure(FIGURES.free, ...free, '/peel/admin?show=free#days')}
    ${figure(FIGURES.refused, ...refused, '/peel/admin?show=refused#days')}
    ${figure(FIGURES.wait, ...wait, '/peel/admin?show=wait#days')}
    ${figure(FIGURES.unknown, ...unknown, '/peel/admin/alarms')}
  </ul>`;
}

type Text = readonly [value: string, more: string];

function textsOf(overview: DeskOverview): readonly Text[] {
  const { made, kept, joined, refused, declined, unknown, unknownMicros, usualMade, savedMicros, wait, day } = overview;
  const pictures = wait.steps.reduce((sum, step) => sum + step.pictures, 0);
  const within = wait.steps
    .filter(({ uptoMs }) => uptoMs !== null && uptoMs <= WITHIN_MS)
    .reduce((sum, step) => sum + step.pictures, 0);
  return [
    [
      formatNumber(made),
      usualMade === null ? FIGURES.noUsual : FIGURES.usual(formatWeekday(day), formatNumber(usualMade)),
    ],
    [freeShareOf(overview), FIGURES.freeOf(formatNumber(kept), formatNumber(joined), formatMoney(savedMicros))],
    [
      formatNumber(refused),
      [FIGURES.refusedOf, ...(declined > 0 ? [FIGURES.declined(formatNumber(declined))] : [])].join(' · '),
    ],
    [formatWait(wait.medianMs), pictures === 0 ? FIGURES.noWait : FIGURES.waitOf(formatShare(within, pictures))],
    [formatNumber(unknown), unknown === 0 ? FIGURES.unknownNone : FIGURES.unknownOf(formatMoney(unknownMicros))],
  ];
}
