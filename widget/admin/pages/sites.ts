import { html, nothing } from 'lit';
import type { DeskSite } from '../../../worker/desk-protocol.ts';
import { Refusal } from '../api.ts';
import { DeskPage } from '../page.ts';
import { formatMoney, nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import type { SiteEditor } from '../sites/editor.ts';
import '../sites/editor.ts';
import { field, tick } from '../sites/field.ts';
import { idOfName, mendOrigin } from '../sites/mend.ts';
import { amountsOf, type ShownSite } from '../sites/record.ts';
import { isRecord } from '../sites/saving.ts';
import { EDITOR, MEND, SITES } from '../words/sites.ts';

const MICROS = 1_000_000;
/** Of a site that begins. */
const FIRST_DAY_USD = 1;

/** All sites, a new one, and one site's editor. */
export class SitesPage extends DeskPage {
  static override properties = {
    ...DeskPage.properties,
    sites: { state: true },
    problem: { state: true },
    draft: { state: true },
    heard: { state: true },
  };

  declare sites: ShownSite[] | undefined;
  declare problem: string;
  /** A site that is being made. */
  declare draft:
    | { name: string; page: string; isForAdults: boolean; wrong: { name?: string; page?: string; adults?: string } }
    | undefined;
  declare heard: number;

  constructor() {
    super();
    this.problem = '';
    this.heard = 0;
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
    return SITES.answer(this.sites.length, formatMoney(Math.round(sum * MICROS)));
  }

  override get unsaved(): boolean {
    return this.#editor?.unsaved === true;
  }

  override onNews(): void {
    this.heard++;
    const editor = this.#editor;
    if (editor) editor.heard++;
  }

  override onSignedIn(): void {
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
      this.sites = (await this.desk.api.get<{ sites: ShownSite[] }>('/sites')).sites;
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
      ${field({
        ...{ name: 'new.name', label: words.name, value: draft.name, hint: words.nameHint(idOfName(draft.name)) },
        problem: draft.wrong.name,
        onInput: (name) => set({ name }),
      })}
      ${field({
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
    return html`<table class="sites">
      <caption class="unseen">
        ${SITES.caption}
      </caption>
      <thead>
        <tr>
          ${Object.values(columns).map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${sites.map((site) => this.#row(site))}
      </tbody>
    </table>`;
  }

  #row({ id, record, paused, problems }: ShownSite) {
    const today = this.desk.overview?.sites.find(({ site }) => site === id);
    const known = isRecord(record) ? record : undefined;
    const [first, ...more] = known?.origins ?? [];
    const state = problems ? 'broken' : paused ? 'paused' : (today?.state ?? (paused === null ? 'unknown' : 'live'));
    const looks = { live: 'live', paused: 'paused', spent: 'stopped', broken: 'stopped', unknown: '' };
    return html`<tr>
      <th scope="row"><a href="/peel/admin/sites/${id}">${nameOfSite(id)}</a> ${id === nameOfSite(id).toLowerCase() ? nothing : html`<code class="soft">${id}</code>`}</th>
      <td>
        ${first ?? html`<span class="soft">${this.desk.facts.demo ? SITES.own : SITES.noPages}</span>`}
        ${more.length > 0 ? html`<span class="tag" aria-label=${SITES.morePagesOf(more.length)} role="img">${SITES.morePages(more.length)}</span>` : nothing}
      </td>
      <td>${ruler(today, known ? Math.round(amountsOf(known).day * MICROS) : undefined)}</td>
      <td>${known?.promptMode === 'template' ? html`<a href="/peel/admin/templates/${id}">${SITES.template}</a>` : SITES.visitor}</td>
      <td>${known?.proof ? SITES.proofs[known.proof] : '—'}</td>
      <td><span class="state ${looks[state]}">${SITES.states[state]}</span></td>
    </tr>`;
  }
}

/** How much of the day's cap is spent and held. Its words hold every figure. */
function ruler(today: DeskSite | undefined, cap: number | undefined) {
  if (!today) return html`<span class="small">${cap === undefined ? '—' : SITES.of('—', '', formatMoney(cap))}</span>`;
  const { spentMicros, heldMicros, capMicros } = today.day;
  const part = (micros: number): number => (capMicros > 0 ? Math.min(100, (micros / capMicros) * 100) : 0);
  const spent = part(spentMicros);
  return html`<svg class="tiny-ruler" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="12"></rect>
      <rect class="spent" width=${spent} height="12"></rect>
      <rect class="held" x=${spent} width=${Math.min(100 - spent, part(heldMicros))} height="12"></rect>
    </svg>
    <span class="small"
      >${SITES.of(formatMoney(spentMicros), heldMicros > 0 ? formatMoney(heldMicros) : '', formatMoney(capMicros))}</span
    >`;
}

customElements.define('desk-sites', SitesPage);
