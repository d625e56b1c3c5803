import { html, nothing } from 'lit';
import type { DeskChoices, DeskSite } from '../../../worker/desk-protocol.ts';
import { Refusal } from '../api.ts';
import { DeskPage } from '../page.ts';
import { capital, countInWords, formatDollars, formatMoney, nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { tinyRuler } from '../parts/ruler.ts';
import { table } from '../parts/table.ts';
import type { SiteEditor } from '../sites/editor.ts';
import '../sites/editor.ts';
import { recordField, tick } from '../sites/field.ts';
import { idOfName, mendOrigin } from '../sites/mend.ts';
import { amountsOf, type ShownSite, type SiteRecord } from '../sites/record.ts';
import { isRecord } from '../sites/saving.ts';
import { EDITOR, MEND, SITES } from '../words/sites.ts';

/** Of a site that begins. */
const FIRST_DAY_USD = 1;

/** All sites, a new one, and one site's editor. */
export class SitesPage extends DeskPage {
  static override properties = {
    ...DeskPage.properties,
    sites: { state: true },
    problem: { state: true },
    draft: { state: true },
  };

  declare sites: ShownSite[] | undefined;
  declare problem: string;
  /** A site that is being made. */
  declare draft:
    | { name: string; page: string; isForAdults: boolean; wrong: { name?: string; page?: string; adults?: string } }
    | undefined;

  #usualProof: DeskChoices['proof'] = 'pow';

  constructor() {
    super();
    this.problem = '';
  }

  get name(): string {
    return this.path[0] === undefined ? SITES.name : `${SITES.name} › ${this.path[0]}`;
  }

  get #editor(): SiteEditor | null {
    return this.querySelector('desk-site');
  }

  get answer(): string | undefined {
    if (this.path[0] !== undefined) return this.#editor?.answer;
    if (!this.sites) return this.problem || undefined;
    const sum = this.sites.reduce((all, { record }) => all + (isRecord(record) ? amountsOf(record).day : 0), 0);
    return SITES.answer(capital(countInWords(this.sites.length)), this.sites.length === 1, formatDollars(sum));
  }

  override get unsaved(): boolean {
    return this.#editor?.unsaved === true;
  }

  override onOverview(): void {
    super.onOverview();
    this.#editor?.requestUpdate();
  }

  override onLoggedIn(): void {
    if (this.path[0] === undefined) void this.load();
    else if (!this.#editor?.loaded) void this.#editor?.load();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('path') && this.path[0] === undefined) void this.load();
    if (changed.has('query') && this.query.has('new')) this.#begin();
  }

  async load(): Promise<void> {
    this.problem = '';
    try {
      const { api } = this.desk;
      const [{ sites }, { proof }] = await Promise.all([
        api.get<{ sites: ShownSite[] }>('/sites'),
        api.get<DeskChoices>('/choices'),
      ]);
      this.#usualProof = proof;
      this.sites = sites;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  #begin(): void {
    this.draft = { name: '', page: '', isForAdults: false, wrong: {} };
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#f-new-name')?.focus());
  }

  async #make(event: Event): Promise<void> {
    event.preventDefault();
    const { draft } = this;
    if (!draft) return;
    const { demo } = this.desk.facts;
    const id = idOfName(draft.name);
    const page = mendOrigin(draft.page);
    const wrong = {
      ...(id === '' && { name: SITES.new.noName }),
      ...('problem' in page && { page: page.problem }),
      ...('value' in page && page.value === '' && { page: MEND.notAnOrigin }),
      ...(!demo && !draft.isForAdults && { adults: MEND.adults }),
    };
    this.draft = { ...draft, wrong };
    const [first] = Object.keys(wrong);
    if (first !== undefined || 'problem' in page) {
      await this.updateComplete;
      this.querySelector<HTMLElement>(`#f-new-${first}`)?.focus();
      return;
    }
    const record = {
      origins: [page.value],
      budgets: { dailyUsd: FIRST_DAY_USD },
      ...(draft.isForAdults && { adultsDeclared: true }),
    };
    try {
      await this.desk.api.send('PUT', `/sites/${id}`, record, { 'If-None-Match': '*' });
      this.draft = undefined;
      this.desk.toast(SITES.new.made);
      this.desk.refresh();
      this.desk.go(`/peel/admin/sites/${id}`);
    } catch (error) {
      const isTaken = error instanceof Refusal && error.field === 'If-None-Match';
      this.draft = { ...draft, wrong: isTaken ? { name: SITES.new.taken(id) } : { page: problemOf(error) } };
    }
  }

  protected override render() {
    const [site] = this.path;
    if (site !== undefined) {
      return html`<desk-site .desk=${this.desk} .site=${site} @desk-editor=${() => this.requestUpdate()}></desk-site>`;
    }
    if (this.problem) {
      return html`<p><button type="button" @click=${() => this.load()}>${EDITOR.again}</button></p>`;
    }
    return html`${this.draft ? this.#form() : html`<p><button type="button" class="primary" @click=${() => this.#begin()}>${SITES.add}</button></p>`}
      ${this.sites ? this.#table(this.sites) : html`<p class="soft" aria-busy="true">—</p>`}`;
  }

  #form() {
    const { draft } = this;
    if (!draft) return nothing;
    const set = (change: object): void => {
      this.draft = { ...draft, ...change, wrong: {} };
    };
    const words = SITES.new;
    return html`<form class="panel new-site" novalidate @submit=${this.#make}>
      <h2>${words.title}</h2>
      <p class="hint">${words.text}</p>
      ${recordField({
        ...{ name: 'new.name', label: words.name, value: draft.name, hint: words.nameHint(idOfName(draft.name)) },
        problem: draft.wrong.name,
        onInput: (name) => set({ name }),
      })}
      ${recordField({
        ...{ name: 'new.page', label: words.page, value: draft.page, hint: words.pageHint, problem: draft.wrong.page },
        onInput: (page) => set({ page }),
        onLeave: (typed) => {
          const page = mendOrigin(typed);
          if ('taken' in page && page.taken !== undefined) set({ page: page.taken });
        },
      })}
      ${
        this.desk.facts.demo
          ? nothing
          : tick('new.adults', words.adults, draft.isForAdults, (isForAdults) => set({ isForAdults }), {
              hint: words.adultsHint,
              problem: draft.wrong.adults,
            })
      }
      <p class="buttons">
        <button type="submit" class="primary">${words.make}</button>
        <button
          type="button"
          @click=${() => {
            this.draft = undefined;
          }}
        >
          ${words.cancel}
        </button>
      </p>
    </form>`;
  }

  #table(sites: readonly ShownSite[]) {
    const { columns } = SITES;
    const todayOf = ({ id }: ShownSite) => this.desk.overview?.sites.find(({ site }) => site === id);
    const known = ({ record }: ShownSite) => (isRecord(record) ? record : undefined);
    return table<ShownSite>({
      caption: SITES.caption,
      rows: sites,
      keyOf: ({ id }) => id,
      columns: [
        {
          id: 'site',
          label: columns.site,
          cell: ({ id }) => html`<a href="/peel/admin/sites/${id}">${nameOfSite(id)}</a>`,
        },
        { id: 'pages', label: columns.pages, cell: (site) => this.#pages(known(site)?.origins ?? []) },
        { id: 'today', label: columns.today, cell: (site) => money(site.id, todayOf(site), known(site)) },
        {
          ...{ id: 'writes', label: columns.writes },
          cell: ({ id, record }) =>
            isRecord(record) && record.promptMode === 'template'
              ? html`<a href="/peel/admin/templates/${id}">${SITES.template}</a>`
              : SITES.visitor,
        },
        { id: 'check', label: columns.check, cell: (site) => SITES.proofs[known(site)?.proof ?? this.#usualProof] },
        { id: 'state', label: columns.state, onPhone: 'first', cell: (site) => state(site, todayOf(site)) },
      ],
    });
  }

  #pages([first, ...more]: readonly string[]) {
    if (first === undefined) return html`<span class="soft">${this.desk.facts.demo ? SITES.own : SITES.noPages}</span>`;
    if (more.length === 0) return first;
    return html`${first} <span class="tag">${SITES.morePages(more.length)}</span>`;
  }
}

function state({ paused, problems }: ShownSite, today: DeskSite | undefined) {
  const known = paused ? 'paused' : (today?.state ?? (paused === null ? 'unknown' : 'live'));
  const shown = problems ? 'broken' : known;
  const looks = { live: 'live', paused: 'paused', spent: 'stopped', broken: 'stopped', deleted: '', unknown: '' };
  return html`<span class="state ${looks[shown]}">${SITES.states[shown]}</span>`;
}

/** How much of the day's cap is spent and held. Its words hold every figure. */
function money(id: string, today: DeskSite | undefined, record: SiteRecord | undefined) {
  if (!today) return record ? SITES.of('—', '', formatDollars(amountsOf(record).day)) : '—';
  const { spentMicros, heldMicros, capMicros } = today.day;
  const held = heldMicros > 0 ? formatMoney(heldMicros) : '';
  return html`<span class="site-day"
    >${tinyRuler(`day-${id}`, today.day)}${SITES.of(formatMoney(spentMicros), held, formatMoney(capMicros))}</span
  >`;
}

customElements.define('desk-sites', SitesPage);
