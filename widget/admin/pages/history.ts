import { html, nothing } from 'lit';
import { DeskPage } from '../page.ts';
import { saveFile, toCsv } from '../parts/csv.ts';
import { capital, dayOf, formatMoment, formatSince, listOf, nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { table } from '../parts/table.ts';
import { CHANGES, HISTORY, type HistoryEntry, unworded, wordsOfField } from '../words/history.ts';

const PAGE = 100;
/** As many as the API gives at once. */
const FILE_PAGE = 500;

/** A change in words. */
export function changeInWords({ what, site, target = '', fields = [], count }: HistoryEntry): string {
  const words = CHANGES[what];
  if (!words) return unworded(what, target);
  const named = listOf([...new Set(fields.map(wordsOfField))]);
  return words({ site: site === undefined ? '' : nameOfSite(site), target, fields: named, count });
}

const shown = (value: string | number | boolean | null): string => {
  if (value === null) return HISTORY.usual;
  return typeof value === 'boolean' ? (value ? HISTORY.yes : HISTORY.no) : String(value);
};

/** Fields whose values are told: what each was, and is. */
export const valuesInWords = ({ values = {} }: HistoryEntry): string[] =>
  Object.entries(values).map(
    ([field, [before, after]]) =>
      `${capital(wordsOfField(field))}: ${before === null ? shown(after) : HISTORY.from(shown(before), shown(after))}`,
  );

/** One person's log-ins of a day are one line, where the last of them was. */
export function foldLogIns(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const lines = new Map<string, HistoryEntry>();
  for (const entry of entries) {
    const { what, who, at, id, count } = entry;
    const key = what === 'logged_in' ? `${who} ${dayOf(at)}` : String(id);
    const line = lines.get(key);
    lines.set(key, line ? { ...line, count: line.count + count } : entry);
  }
  return [...lines.values()];
}

const whoIs = ({ who }: HistoryEntry): string => {
  if (who === '') return HISTORY.nobody;
  return who === 'token' ? HISTORY.token : who.replace(/^access:/, '');
};

/** Who changed what, when. The site stands in the address; older changes come on asking. */
export class HistoryPage extends DeskPage {
  static override properties = {
    ...DeskPage.properties,
    entries: { state: true },
    hasMore: { state: true },
    problem: { state: true },
    isSaving: { state: true },
  };

  readonly name = HISTORY.name;
  /** undefined: still asking. */
  declare entries: readonly HistoryEntry[] | undefined;
  declare hasMore: boolean;
  declare problem: string;
  /** The file of all changes is being read. */
  declare isSaving: boolean;

  constructor() {
    super();
    this.hasMore = false;
    this.problem = '';
    this.isSaving = false;
  }

  get answer(): string | undefined {
    const last = this.entries?.find(({ what }) => !/^log/.test(what));
    if (!last) return this.entries ? HISTORY.none : this.problem || undefined;
    const what = changeInWords(last);
    const started = what.charAt(0).toLowerCase() + what.slice(1);
    return HISTORY.answer(started, `${formatSince(last.at, this.desk.now())} UTC`, whoIs(last));
  }

  protected override firstUpdated(): void {
    void this.#read();
  }

  override onLoggedIn(): void {
    void this.#read();
  }

  /** @param before The id of the oldest change that is shown. */
  async #read(before?: number): Promise<void> {
    this.problem = '';
    try {
      const from = before === undefined ? '' : `&before=${before}`;
      const { entries } = await this.desk.api.get<{ entries: HistoryEntry[] }>(`/audit?limit=${PAGE}${from}`);
      this.entries = before === undefined ? entries : [...(this.entries ?? []), ...entries];
      this.hasMore = entries.length === PAGE;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** A file has every change that is kept, not those alone that are shown. */
  async #saveAll(): Promise<void> {
    if (this.isSaving) return;
    this.isSaving = true;
    const site = this.query.get('site');
    const all: HistoryEntry[] = [];
    try {
      for (let before = ''; ; ) {
        const { entries } = await this.desk.api.get<{ entries: HistoryEntry[] }>(`/audit?limit=${FILE_PAGE}${before}`);
        all.push(...entries);
        if (entries.length < FILE_PAGE) break;
        before = `&before=${entries.at(-1)?.id}`;
      }
      saveCsv(all.filter((entry) => site === null || entry.site === site));
    } catch (error) {
      this.desk.warn(HISTORY.failed(problemOf(error)));
    }
    this.isSaving = false;
  }

  get #shown(): readonly HistoryEntry[] {
    const site = this.query.get('site');
    return foldLogIns((this.entries ?? []).filter((entry) => site === null || entry.site === site));
  }

  protected override render() {
    const { entries } = this;
    const shown = this.#shown;
    return html`<section class="panel history">
      <div class="head">
        <label>
          ${HISTORY.site}
          <select @change=${this.#choose}>
            <option value="" ?selected=${!this.query.get('site')}>${HISTORY.all}</option>
            ${this.#sites.map(
              (site) =>
                html`<option value=${site} ?selected=${site === this.query.get('site')}>${nameOfSite(site)}</option>`,
            )}
          </select>
        </label>
        ${
          shown.length > 0
            ? html`<button type="button" class="link" aria-disabled=${this.isSaving ? 'true' : nothing} @click=${() => this.#saveAll()}>
                ${HISTORY.csv}
              </button>`
            : nothing
        }
      </div>
      ${
        this.problem
          ? html`<p class="note sun">
              ${HISTORY.failed(this.problem)}
              <button type="button" class="link" @click=${() => this.#read()}>${HISTORY.again}</button>
            </p>`
          : nothing
      }
      ${entries && entries.length > 0 && shown.length === 0 ? html`<p class="soft">${HISTORY.empty}</p>` : nothing}
      ${shown.length > 0 ? this.#table(shown) : nothing}
      ${
        this.hasMore
          ? html`<p class="buttons">
              <button type="button" @click=${() => this.#read(entries?.at(-1)?.id)}>${HISTORY.more}</button>
            </p>`
          : nothing
      }
      <p class="hint">${HISTORY.kept}</p>
    </section>`;
  }

  /** Sites that are there, and those that are told of. */
  get #sites(): string[] {
    const told = (this.entries ?? []).flatMap(({ site }) => site ?? []);
    return [...new Set([...this.desk.facts.sites, ...told])].toSorted();
  }

  #choose(event: Event): void {
    const site = (event.target as HTMLSelectElement).value;
    this.desk.go(site ? `/peel/admin/history?site=${encodeURIComponent(site)}` : '/peel/admin/history');
  }

  #table(rows: readonly HistoryEntry[]) {
    return table<HistoryEntry>({
      ...{ caption: HISTORY.caption, rows, keyOf: ({ id }) => String(id) },
      columns: [
        {
          ...{ id: 'what', label: HISTORY.what },
          cell: (entry) =>
            html`<span class="change">${changeInWords(entry)}</span>${valuesInWords(entry).map((line) => html`<br /><span class="small soft change">${line}</span>`)}`,
        },
        {
          ...{ id: 'site', label: HISTORY.site, onPhone: 'no' },
          cell: ({ site }) =>
            site === undefined
              ? html`<span class="soft">${HISTORY.deployment}</span>`
              : html`<a href=${`/peel/admin/sites/${site}`}>${nameOfSite(site)}</a>`,
        },
        { id: 'who', label: HISTORY.who, cell: whoIs },
        { id: 'at', label: HISTORY.time, cell: ({ at }) => html`<span class="nowrap">${formatMoment(at)}</span>` },
      ],
    });
  }
}

customElements.define('desk-history', HistoryPage);

/** The changes as the API has them. */
function saveCsv(entries: readonly HistoryEntry[]): void {
  const rows = entries.map(({ id, at, what, who, count, site, target, fields, values }) => [
    ...[
      id,
      new Date(at).toISOString(),
      what,
      who,
      count,
      site,
      target,
      fields?.join(' '),
      values && JSON.stringify(values),
    ],
  ]);
  const header = ['id', 'at', 'what', 'who', 'count', 'site', 'target', 'fields', 'values'];
  saveFile(`peel-history-${new Date(entries[0]?.at ?? 0).toISOString().slice(0, 10)}.csv`, toCsv(header, rows));
}
