/** Sites and clients today, the nearest to its cap first, with the pause at the row. */
import { html, nothing } from 'lit';
import type { DeskClient, DeskOverview, DeskSite } from '../../../../worker/desk-protocol.ts';
import { formatMoney, formatNumber, formatShare, formatWait, listOf, nameOfSite, UNKNOWN } from '../../parts/format.ts';
import { tinyRuler } from '../../parts/ruler.ts';
import { type Column, table } from '../../parts/table.ts';
import { SITES } from '../../words/overview.ts';
import { freeShareOf } from './figures.ts';

export type SiteRow = { site: DeskSite; client?: undefined } | { site: DeskSite; client: DeskClient };

/** From here on a row says how near its cap is. */
const NEAR = 0.75;

/** Its caps went with it, so it is near none. */
const isDeleted = ({ state }: DeskSite): boolean => state === 'deleted';

const used = (site: DeskSite): number => {
  const { spentMicros, heldMicros, owedMicros, capMicros } = site.day;
  if (isDeleted(site)) return 0;
  return capMicros > 0 ? (spentMicros + heldMicros + owedMicros) / capMicros : 1;
};

/** Sites, the nearest to its cap first, each followed by its clients, which are counted in it. */
function siteRows({ sites, clients }: Pick<DeskOverview, 'sites' | 'clients'>): SiteRow[] {
  return sites
    .toSorted((a, b) => used(b) - used(a) || a.site.localeCompare(b.site))
    .flatMap((site) => [
      { site },
      ...clients
        .filter((client) => client.site === site.site)
        .toSorted((a, b) => b.spentMicros - a.spentMicros)
        .map((client) => ({ site, client })),
    ]);
}

export interface SitesOptions {
  overview: DeskOverview | undefined;
  /** The site whose pause is on its way. */
  sending: string | undefined;
  setPaused: (site: string, isPaused: boolean) => void;
}

export function sitesPanel({ overview, sending, setPaused }: SitesOptions) {
  const unread = overview?.unread ?? [];
  return html`<section class="panel sites-today">
    <div class="head"><h2>${SITES.title}</h2><p>${SITES.order}</p></div>
    ${unread.length > 0 ? html`<p class="note sun">${SITES.unread(listOf(unread.map(nameOfSite)))}</p>` : nothing}
    ${
      overview
        ? table({
            ...{ caption: SITES.title, columns: columnsOf(overview, sending, setPaused), rows: siteRows(overview) },
            keyOf: ({ site, client }: SiteRow) => (client ? `${site.site} ${client.name}` : site.site),
            hasTotals: true,
          })
        : html`<p class="space">${UNKNOWN}</p>`
    }
  </section>`;
}

const rulerId = (site: string): string => `ruler-${site}`;

function columnsOf(
  overview: DeskOverview,
  sending: string | undefined,
  setPaused: SitesOptions['setPaused'],
): Column<SiteRow>[] {
  const isAllPaused = overview.paused !== undefined;
  const { today } = overview;
  return [
    {
      ...{ id: 'site', label: SITES.site, total: SITES.all },
      sortBy: ({ site }) => site.site,
      cell: ({ site, client }) =>
        client
          ? html`<a class="client" href="/peel/admin/keys">${client.name}</a> <span class="tag">${SITES.client}</span>`
          : isDeleted(site)
            ? nameOfSite(site.site)
            : html`<a href=${`/peel/admin/sites/${site.site}`}>${nameOfSite(site.site)}</a>`,
    },
    {
      ...{ id: 'ruler', label: SITES.spent, onPhone: 'no' },
      cell: ({ site, client }) => (client || isDeleted(site) ? nothing : tinyRuler(rulerId(site.site), site.day)),
    },
    {
      ...{ id: 'spent', label: SITES.amount, isLabelHidden: true, isNumber: true },
      cell: ({ site, client }) =>
        client
          ? ofCap(client.spentMicros, client.capMicros)
          : ofCap(site.day.spentMicros, isDeleted(site) ? undefined : site.day.capMicros),
      total: ofCap(today.spentMicros, today.capMicros),
    },
    {
      ...{
        id: 'pictures',
        label: SITES.pictures,
        unit: SITES.units.pictures,
        unitOfOne: SITES.units.picture,
        isNumber: true,
      },
      sortBy: ({ site, client }) => client?.pictures ?? site.made,
      cell: ({ site, client }) => formatNumber(client?.pictures ?? site.made),
      total: formatNumber(overview.made),
    },
    {
      ...{ id: 'free', label: SITES.free, unit: SITES.units.free, isNumber: true },
      cell: ({ site, client }) => (client ? nothing : freeShareOf(site)),
      total: freeShareOf(overview),
    },
    {
      ...{ id: 'refused', label: SITES.refused, unit: SITES.units.refused, isNumber: true },
      sortBy: ({ site, client }) => (client ? -1 : site.refused),
      cell: ({ site, client }) => (client ? nothing : formatNumber(site.refused)),
      total: formatNumber(overview.refused),
    },
    {
      ...{ id: 'wait', label: SITES.wait, unit: SITES.units.wait, isNumber: true },
      sortBy: ({ site, client }) => (client ? -1 : (site.wait.medianMs ?? 0)),
      cell: ({ site, client }) => (client ? nothing : formatWait(site.wait.medianMs)),
      total: formatWait(overview.wait.medianMs),
    },
    {
      ...{ id: 'state', label: SITES.state, onPhone: 'first' },
      cell: ({ site, client }) =>
        client
          ? html`<span class="soft small">${SITES.clientOf(nameOfSite(site.site))}</span>`
          : stateOf(site, isAllPaused),
    },
    {
      ...{ id: 'pause', label: SITES.action, isLabelHidden: true, onPhone: 'first' },
      cell: ({ site: row, client }) => {
        if (client || isDeleted(row)) return nothing;
        const { site, state } = row;
        const isPaused = state === 'paused';
        const name = nameOfSite(site);
        return html`<button
          type="button"
          class="link"
          aria-label=${isPaused ? SITES.resumeOf(name) : SITES.pauseOf(name)}
          aria-disabled=${sending === site ? 'true' : nothing}
          @click=${() => setPaused(site, !isPaused)}
        >
          ${isPaused ? SITES.resume : SITES.pause}
        </button>`;
      },
    },
  ];
}

const ofCap = (spentMicros: number, capMicros: number | undefined) => {
  const spent = formatMoney(spentMicros);
  return capMicros === undefined ? spent : html`${spent} <span class="soft">of ${formatMoney(capMicros)}</span>`;
};

function stateOf(site: DeskSite, isAllPaused: boolean) {
  const { states } = SITES;
  if (site.state === 'paused') return html`<span class="state paused">${states.paused}</span>`;
  if (isDeleted(site)) return html`<span class="state">${states.deleted}</span>`;
  if (isAllPaused) return html`<span class="state paused">${states.all}</span>`;
  if (site.state === 'broken') return html`<span class="state stopped">${states.broken}</span>`;
  if (site.state === 'spent') return html`<span class="state stopped">${states.spent}</span>`;
  const share = used(site);
  if (share >= NEAR) return html`<span class="tag sun">${SITES.near(formatShare(Math.min(1, share), 1))}</span>`;
  return html`<span class="state live">${states.live}</span>`;
}
