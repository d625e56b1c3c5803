import { html } from 'lit';
import { dayOf, formatDay, nameOfSite } from '../../parts/format.ts';
import { PICTURES } from '../../words/pictures.ts';
import { ANY_DAY, type Filter, tagOf } from './filter.ts';

const DAY_MS = 86_400_000;
/** Days before today that can be chosen. */
const DAYS = 7;

export interface FiltersView {
  filter: Filter;
  sites: readonly string[];
  models: readonly { id: string; displayName: string }[];
  clients: readonly string[];
  /** All that the filter finds, where that is known. */
  all: number | undefined;
  /** Pictures with open reports. */
  reported: number | undefined;
  now: number;
  onChange: (filter: Filter) => void;
}

/** The filters of the list, each in the address bar. */
export function filters({ filter, sites, models, clients, all, reported, now, onChange }: FiltersView) {
  const choose = (
    name: 'site' | 'day' | 'model' | 'who',
    label: string,
    options: readonly (readonly [string, string])[],
  ) =>
    html`<select
      aria-label=${label}
      .value=${filter[name] ?? ''}
      @change=${(event: Event) => {
        const { [name]: _, ...others } = filter;
        const { value } = event.target as HTMLSelectElement;
        onChange({ ...others, ...(value && { [name]: value }) } as Filter);
      }}
    >
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === (filter[name] ?? '')}>${text}</option>`)}
    </select>`;
  const segment = (only: Filter['only'], text: string, count: number | undefined) => {
    const isOn = filter.only === only;
    return html`<button
      type="button"
      aria-pressed=${isOn ? 'true' : 'false'}
      @click=${() => {
        const { only: _, ...others } = filter;
        onChange({ ...others, day: only ? ANY_DAY : dayOf(now), ...(only && { only }) });
      }}
    >
      ${text}${count === undefined ? '' : html` <span class="count">${count}</span>`}
    </button>`;
  };
  return html`<div class="filters" role="group" aria-label=${PICTURES.filters}>
    ${choose('site', PICTURES.site, [['', PICTURES.allSites], ...sites.map((id) => [id, nameOfSite(id)] as const)])}
    ${choose('day', PICTURES.day, daysOf(filter.day, now))}
    ${choose('model', PICTURES.model, [['', PICTURES.allModels], ...models.map(({ id, displayName }) => [id, displayName] as const)])}
    ${choose('who', PICTURES.who, whosOf(filter.who, clients))}
    <div class="segments">
      ${segment(undefined, PICTURES.all, filter.only ? undefined : all)}
      ${segment('reported', PICTURES.reported, reported)} ${segment('wall', PICTURES.wall, undefined)}
    </div>
  </div>`;
}

function daysOf(chosen: string, now: number): [string, string][] {
  const days: [string, string][] = [
    [dayOf(now), PICTURES.today],
    [dayOf(now - DAY_MS), PICTURES.yesterday],
    ...Array.from({ length: DAYS - 1 }, (_, at): [string, string] => {
      const day = dayOf(now - (at + 2) * DAY_MS);
      return [day, formatDay(day)];
    }),
    [ANY_DAY, PICTURES.anyDay],
  ];
  return days.some(([day]) => day === chosen) ? days : [[chosen, formatDay(chosen)], ...days];
}

/** A visitor is chosen at one of its pictures. */
function whosOf(chosen: string | undefined, clients: readonly string[]): [string, string][] {
  const isVisitor = chosen !== undefined && !clients.includes(chosen);
  return [
    ['', PICTURES.everybody],
    ...(isVisitor ? [[chosen, PICTURES.visitor(tagOf(chosen))] as [string, string]] : []),
    ...clients.map((name): [string, string] => [name, PICTURES.client(name)]),
  ];
}
