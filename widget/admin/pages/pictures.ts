import { html, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { DeskPicture, DeskPictureDetails, DeskPictures } from '../../../worker/desk-protocol.ts';
import { DeskPage } from '../page.ts';
import { dayOf, formatDay, formatMoney, formatSince, formatTime, listOf, nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { DELETING, ONE, PICTURES } from '../words/pictures.ts';
import { PROBLEM } from '../words/shell.ts';
import { keep, setBlocked, setOnWall, type Visitor } from './pictures/acts.ts';
import { Deletions } from './pictures/deletions.ts';
import { ANY_DAY, apiPathOf, type Filter, filterOf, queryOf, tagOf } from './pictures/filter.ts';
import { filters } from './pictures/filters.ts';
import { onePicture } from './pictures/one.ts';
import './pictures/sheet.ts';
import type { DeskSheet } from './pictures/sheet.ts';
import { Thumbnails } from './pictures/thumbnails.ts';
import { tile, whenOf } from './pictures/tile.ts';
import './pictures/wall-form.ts';
import type { DeskWallForm } from './pictures/wall-form.ts';

const PAGE_SIZE = 48;
/** Reported pictures that are counted. */
const MAX_COUNTED = 100;
/** Later than this a wait is said. */
const STILL_AFTER_MS = 4000;
const BASE = '/peel/admin/pictures';

type Blockable = Visitor & Pick<DeskPicture, 'visitorBlocked'>;

const blockingOf = ({ visitor, visitorBlocked }: Blockable): string =>
  (visitorBlocked ? PICTURES.unblockVisitor : PICTURES.blockVisitor)(tagOf(visitor));

type List = Pick<DeskPictures, 'pictures' | 'next' | 'sums' | 'unread'>;

/** What was drawn, as a grid of whole pictures; and one of them with all that is known of it. */
export class PicturesPage extends DeskPage {
  static override properties = {
    ...DeskPage.properties,
    list: { state: true },
    one: { state: true },
    problem: { state: true },
    isStill: { state: true },
    reported: { state: true },
    models: { state: true },
    chosen: { state: true },
    stop: { state: true },
  };

  readonly name = PICTURES.name;
  declare list: List | undefined;
  /** The picture of the address; null where there is none. */
  declare one: DeskPictureDetails | null | undefined;
  declare problem: string;
  declare isStill: boolean;
  /** Pictures with open reports. */
  declare reported: number | undefined;
  declare models: readonly { id: string; displayName: string }[];
  declare chosen: ReadonlySet<string>;
  /** The picture that Tab stops at. */
  declare stop: string | undefined;

  readonly #deletions = new Deletions({
    desk: () => this.desk,
    onChange: () => this.requestUpdate(),
    onDeleted: (id) => this.#onDeleted(id),
  });
  readonly #thumbnails = new Thumbnails(() => this.requestUpdate());
  /** What is on the page: the API's path, or the id of the one picture. */
  #shown = '';
  #asking: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.problem = '';
    this.isStill = false;
    this.models = [];
    this.chosen = new Set();
  }

  get answer(): string | undefined {
    const now = this.desk.now();
    if (this.problem) return PICTURES.answers.failed;
    return this.path[0] === undefined ? this.#answerOfList(now) : this.#answerOfOne(now);
  }

  override get more(): string | undefined {
    const { one } = this;
    if (this.path[0] === undefined) return PICTURES.lead;
    return one?.report && one.deletedAt === undefined
      ? ONE.undecided(formatSince(one.at, this.desk.now()), nameOfSite(one.site))
      : undefined;
  }

  get #filter(): Filter {
    return filterOf(this.query, this.desk.now());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#onTurn);
    addEventListener('pagehide', this.#onGo);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#onTurn);
    removeEventListener('pagehide', this.#onGo);
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#deletions.flush();
    this.#thumbnails.forget();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('path') || changed.has('query')) void this.#load();
  }

  /** A picture that was just made comes into the list of today by itself. */
  override onOverview(): void {
    const newest = this.desk.overview?.pictures[0];
    const { site, day, model, who, only } = this.#filter;
    const isPlain = model === undefined && who === undefined && only === undefined && day === dayOf(this.desk.now());
    const isHere = this.path[0] === undefined && isPlain && (site === undefined || newest?.site === site);
    const isNew = newest !== undefined && newest.at > (this.list?.pictures[0]?.at ?? 0);
    if (isHere && isNew && this.list && this.list.pictures.length <= PAGE_SIZE) void this.#read();
  }

  override onLoggedIn(): void {
    void this.#read();
  }

  async #load(): Promise<void> {
    const id = this.path[0];
    const shown = id ?? apiPathOf(this.#filter, PAGE_SIZE);
    if (shown === this.#shown) return;
    if (id === undefined) {
      this.list = undefined;
      this.#thumbnails.forget();
      this.chosen = new Set();
      this.stop = undefined;
    } else this.one = undefined;
    this.#shown = shown;
    if (this.models.length === 0) void this.#nameModels();
    await this.#read();
  }

  /** Asks for what the address names. The last address counts. */
  async #read(): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const { signal } = asking;
    clearTimeout(this.#timer);
    this.isStill = false;
    this.#timer = setTimeout(() => {
      this.isStill = true;
    }, STILL_AFTER_MS);
    try {
      await (this.path[0] === undefined ? this.#readList(signal) : this.#readOne(this.path[0], signal));
      this.problem = '';
    } catch (error) {
      if (!signal.aborted) this.problem = problemOf(error);
    } finally {
      if (!signal.aborted) {
        clearTimeout(this.#timer);
        this.isStill = false;
      }
    }
  }

  async #readList(signal: AbortSignal): Promise<void> {
    const { api } = this.desk;
    const filter = this.#filter;
    const list = await api.get<List>(apiPathOf(filter, PAGE_SIZE), signal);
    this.list = list;
    const { only, site } = filter;
    if (only === 'reported') this.reported = list.pictures.length;
    else {
      const all: Filter = { day: ANY_DAY, only: 'reported', ...(site && { site }) };
      // The list is worth more than this count.
      const found = await api.get<List>(apiPathOf(all, MAX_COUNTED), signal).catch(() => undefined);
      if (!signal.aborted) this.reported = found?.pictures.length;
    }
  }

  async #readOne(id: string, signal: AbortSignal): Promise<void> {
    const { api } = this.desk;
    const missing = (error: unknown) => {
      if ((error as { status?: number }).status === 404) return null;
      throw error;
    };
    this.one = await api.get<DeskPictureDetails>(`/pictures/${encodeURIComponent(id)}`, signal).catch(missing);
    // Opened by its address alone: its neighbours are those of its site's day.
    if (this.list || !this.one) return;
    const filter: Filter = { day: dayOf(this.one.at), site: this.one.site };
    const list = await api.get<List>(apiPathOf(filter, MAX_COUNTED), signal).catch(() => undefined);
    if (list && !signal.aborted) this.list = list;
  }

  async #readMore(): Promise<void> {
    const { list } = this;
    if (!list?.next) return;
    try {
      const page = await this.desk.api.get<List>(apiPathOf(this.#filter, PAGE_SIZE, list.next));
      if (this.list !== list) return;
      const { next: _, ...rest } = list;
      this.list = { ...rest, pictures: [...list.pictures, ...page.pictures], ...(page.next && { next: page.next }) };
      await this.updateComplete;
      this.#focus(page.pictures[0]?.id);
    } catch (error) {
      this.desk.warn(problemOf(error));
    }
  }

  async #nameModels(): Promise<void> {
    const choices = await this.desk.api
      .get<{ models: { id: string; displayName: string }[] }>('/choices')
      .catch(() => undefined);
    // Without them models are shown by their ids.
    if (choices) this.models = choices.models;
  }

  #nameOfModel(id: string): string {
    return this.models.find((model) => model.id === id)?.displayName ?? id;
  }

  #answerOfList(now: number): string | undefined {
    const { answers } = PICTURES;
    const { list, reported } = this;
    if (!list) return undefined;
    const { only, day } = this.#filter;
    const count = list.pictures.length;
    if (only === 'reported') return count === 0 ? answers.noneReported : answers.reported(count);
    if (only === 'wall') return count === 0 ? answers.noneOnWall : answers.onWall(count);
    if (count === 0) return day === ANY_DAY ? answers.noneAtAll : answers.noneOnDay;
    if (!list.sums) return answers.any;
    const money = formatMoney(list.sums.costMicros);
    if (day === dayOf(now)) return answers.today(list.sums.pictures, money, reported ?? 0);
    return answers.day(list.sums.pictures, formatDay(day), money);
  }

  #answerOfOne(now: number): string | undefined {
    const { one } = this;
    if (one === undefined) return undefined;
    if (one === null) return ONE.missing;
    const { at, site, costMicros, report, deletedAt } = one;
    if (deletedAt !== undefined) return ONE.deleted(formatTime(deletedAt));
    if (this.#deletions.has(one.id)) return ONE.deleting;
    if (report) return ONE.reported(formatSince(report.at, now), report.words);
    return ONE.made(formatSince(at, now), nameOfSite(site), formatMoney(costMicros));
  }

  protected override render() {
    const waiting = this.isStill ? html`<p class="soft" role="status">${PROBLEM.still}</p>` : nothing;
    const failed = this.problem
      ? html`<p class="note">${this.problem} <button type="button" class="link" @click=${() => this.#read()}>${PICTURES.again}</button></p>`
      : nothing;
    const page = this.path[0] === undefined ? this.#renderList() : this.#renderOne();
    return html`${failed}${waiting}${page}<desk-wall-form></desk-wall-form><desk-sheet></desk-sheet>`;
  }

  #renderOne() {
    const { one, list, query } = this;
    if (one === null)
      return html`<p><a class="button" href=${`${BASE}${query.size > 0 ? `?${query}` : ''}`}>${ONE.list}</a></p>`;
    if (!one) return nothing;
    const at = list?.pictures.findIndex(({ id }) => id === one.id) ?? -1;
    const addressOf = (picture: DeskPicture | undefined) =>
      picture && at >= 0 ? `${BASE}/${picture.id}${query.size > 0 ? `?${query}` : ''}` : undefined;
    return onePicture({
      ...{ picture: one, modelName: this.#nameOfModel(one.model), now: this.desk.now() },
      newer: addressOf(list?.pictures[at - 1]),
      older: addressOf(list?.pictures[at + 1]),
      isDeleting: this.#deletions.has(one.id),
      onDelete: () => this.#deletions.begin(one.id),
      onKeep: () => void this.#keep(one),
      onWall: () => void this.#toggleWall(one),
      onBlock: (visitor) => void this.#toggleBlock({ ...one, visitor }),
    });
  }

  #renderList() {
    const { list, desk } = this;
    const now = desk.now();
    const filter = this.#filter;
    return html`${filters({
      ...{ filter, now, sites: desk.facts.sites, models: this.models, reported: this.reported },
      clients: [...new Set((desk.overview?.clients ?? []).map(({ name }) => name))],
      all: list?.sums?.pictures,
      onChange: (next) => desk.go(`${BASE}${queryOf(next, now)}`),
    })}
    ${this.#renderBar()}
    ${list && list.unread.length > 0 ? html`<p class="note sun">${PICTURES.unread(listOf(list.unread.map(nameOfSite)))}</p>` : nothing}
    <p class="unseen" id="pictures-keys">${PICTURES.keys}</p>
    <ul
      class=${this.chosen.size > 0 ? 'tiles choosing' : 'tiles'}
      aria-label=${PICTURES.grid}
      aria-describedby="pictures-keys"
      aria-busy=${list ? 'false' : 'true'}
      @keydown=${this.#onKey}
    >
      ${repeat(
        list?.pictures ?? [],
        ({ id }) => id,
        (picture, at) => this.#renderTile(picture, at, now),
      )}
    </ul>
    ${list && list.pictures.length > 0 ? this.#renderFoot(list, filter) : nothing}`;
  }

  #renderTile(picture: DeskPicture, at: number, now: number) {
    const { id } = picture;
    const hasStop = this.list?.pictures.some((other) => other.id === this.stop);
    return tile({
      ...{ picture, now, modelName: this.#nameOfModel(picture.model) },
      href: `${BASE}/${id}${this.query.size > 0 ? `?${this.query}` : ''}`,
      isChosen: this.chosen.has(id),
      isDeleting: this.#deletions.has(id),
      isUnreadable: this.#thumbnails.isMissing(id),
      isStop: hasStop ? this.stop === id : at === 0,
      onChoose: () => this.#choose(id),
      onFocus: () => {
        this.stop = id;
      },
      onUnreadable: () => this.#thumbnails.fail(id),
      onWall: () => void this.#toggleWall(picture),
      onBlock: (visitor) => void this.#toggleBlock({ ...picture, visitor }),
      onDelete: () => this.#delete([id]),
      onSheet: () => void this.#openSheet(picture),
    });
  }

  #renderFoot(list: List, filter: Filter) {
    const csv = apiPathOf(filter);
    return html`<p class="list-foot soft">
      ${PICTURES.showing(list.pictures.length, list.sums?.pictures)}
      ${list.next ? html`<button type="button" class="link" @click=${() => this.#readMore()}>${PICTURES.more}</button>` : nothing}
      <a href=${`/peel/admin/api${csv}&format=csv`} download>${PICTURES.export}</a>
    </p>`;
  }

  /** The actions for all that are chosen, with whose they are. */
  #renderBar() {
    const chosen = this.#chosenPictures();
    if (chosen.length === 0) return nothing;
    const [first] = chosen as [DeskPicture];
    const { visitor, visitorToday } = first;
    const isOneVisitors = visitor !== undefined && chosen.every((picture) => picture.visitor === visitor);
    return html`<div class="chosen-bar" role="group" aria-label=${PICTURES.bar}>
      <strong role="status">${PICTURES.chosen(chosen.length)}</strong>
      ${
        isOneVisitors && visitorToday
          ? html`<span class="soft">${PICTURES.allBy(tagOf(visitor), visitorToday.pictures, formatMoney(visitorToday.micros))}</span>`
          : nothing
      }
      <span class="buttons">
        ${
          chosen.length === 1
            ? html`<button type="button" @click=${() => this.#toggleWall(first)}>${first.onWall ? PICTURES.takeOffWall : PICTURES.putOnWall}</button>`
            : nothing
        }
        ${
          isOneVisitors
            ? html`<button type="button" @click=${() => this.#toggleBlock({ ...first, visitor })}>${blockingOf({ ...first, visitor })}</button>`
            : nothing
        }
        <button type="button" class="danger" @click=${() => this.#delete(chosen.map(({ id }) => id))}>${PICTURES.deleteChosen(chosen.length)}</button>
        <button type="button" class="link" @click=${() => this.#clear()}>${PICTURES.clear}</button>
      </span>
    </div>`;
  }

  #chosenPictures(): DeskPicture[] {
    return (this.list?.pictures ?? []).filter(({ id }) => this.chosen.has(id));
  }

  #choose(id: string): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
  }

  #clear(): void {
    this.chosen = new Set();
    this.#focus(this.stop);
  }

  /** One can be undone for a while, several are asked about. */
  async #delete(ids: readonly string[]): Promise<void> {
    const [id] = ids;
    if (id === undefined) return;
    if (ids.length === 1) {
      const next = this.#neighbourOf(id);
      this.chosen = new Set([...this.chosen].filter((other) => other !== id));
      this.#deletions.begin(id);
      await this.updateComplete;
      return this.#focus(next);
    }
    if (!(await this.desk.confirm(DELETING.question(ids.length)))) return;
    this.chosen = new Set();
    const deleted = await this.#deletions.now(ids);
    if (deleted > 0) this.desk.toast(DELETING.done(deleted));
  }

  #neighbourOf(id: string): string | undefined {
    const pictures = this.list?.pictures ?? [];
    const at = pictures.findIndex((picture) => picture.id === id);
    return (pictures[at + 1] ?? pictures[at - 1])?.id;
  }

  #onDeleted(id: string): void {
    const gone = { deletedAt: this.desk.now() };
    const mark = <Picture extends DeskPicture>({ report: _, onWall: __, ...picture }: Picture) =>
      ({ ...picture, ...gone }) as Picture;
    if (this.list) {
      this.list = { ...this.list, pictures: this.list.pictures.map((each) => (each.id === id ? mark(each) : each)) };
    }
    if (this.one?.id === id) this.one = mark(this.one);
    if (this.isConnected) this.desk.refresh();
  }

  async #toggleWall(picture: DeskPicture): Promise<void> {
    const form = this.querySelector('desk-wall-form') as DeskWallForm;
    const words = picture.onWall ? undefined : await form.ask();
    if (!picture.onWall && !words) return;
    if (!(await setOnWall(this.desk, picture, words))) return;
    const mark = <Picture extends DeskPicture>({ onWall: _, ...rest }: Picture) =>
      ({ ...rest, ...(words && { onWall: true }) }) as Picture;
    if (this.list) {
      this.list = {
        ...this.list,
        pictures: this.list.pictures.map((each) => (each.id === picture.id ? mark(each) : each)),
      };
    }
    if (this.one?.id === picture.id) this.one = mark(this.one);
  }

  /** The visitor is blocked, or not, in all their pictures of the site. */
  #toggleBlock(picture: Blockable): Promise<void> {
    const { site, visitor } = picture;
    return setBlocked(this.desk, picture, !picture.visitorBlocked, (blocked) => {
      const mark = <Picture extends DeskPicture>(each: Picture): Picture => {
        if (each.site !== site || each.visitor !== visitor) return each;
        const { visitorBlocked: _, ...rest } = each;
        return { ...rest, ...(blocked && { visitorBlocked: true }) } as Picture;
      };
      if (this.list) this.list = { ...this.list, pictures: this.list.pictures.map(mark) };
      if (this.one) this.one = mark(this.one);
    });
  }

  async #keep(picture: DeskPicture): Promise<void> {
    if (!(await keep(this.desk, picture))) return;
    this.desk.refresh();
    await this.#read();
  }

  /** On phones. */
  async #openSheet(picture: DeskPicture): Promise<void> {
    const { id, visitor, onWall, at } = picture;
    const sheet = this.querySelector('desk-sheet') as DeskSheet;
    await sheet.open(PICTURES.actions(whenOf(at, this.desk.now())), [
      { text: PICTURES.open, act: () => this.desk.go(`${BASE}/${id}`) },
      { text: PICTURES.chooseIt, act: () => this.#choose(id) },
      { text: onWall ? PICTURES.takeOffWall : PICTURES.putOnWall, act: () => void this.#toggleWall(picture) },
      ...(visitor === undefined
        ? []
        : [{ text: blockingOf({ ...picture, visitor }), act: () => void this.#toggleBlock({ ...picture, visitor }) }]),
      { text: PICTURES.delete, isGrave: true, act: () => void this.#delete([id]) },
    ]);
  }

  #links(): HTMLAnchorElement[] {
    return [...this.querySelectorAll<HTMLAnchorElement>('.tiles a[data-id]')];
  }

  #focus(id: string | undefined): void {
    this.#links()
      .find(({ dataset }) => dataset.id === id)
      ?.focus();
  }

  /** The list is one stop of Tab, and arrows go through it. */
  #onKey(event: KeyboardEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-id]');
    const id = link?.dataset.id;
    if (!link || id === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = this.#links();
    const at = links.indexOf(link);
    const columns = links.filter(({ offsetTop }) => offsetTop === links[0]?.offsetTop).length;
    const steps: Record<string, number> = {
      ...{ ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns },
      ...{ Home: 0, End: links.length - 1 },
    };
    const step = steps[event.key];
    if (step !== undefined) links[step]?.focus();
    else if (event.key === ' ') this.#choose(id);
    else if (event.key === 'Delete') void this.#delete(this.chosen.has(id) ? [...this.chosen] : [id]);
    else if (event.key === 'Escape' && this.chosen.size > 0) this.#clear();
    else return;
    event.preventDefault();
  }

  /** Arrow keys go on to the next picture, where no field has the focus. */
  readonly #onTurn = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (this.path[0] === undefined || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest('input, textarea, select, dialog')) return;
    const rel = { ArrowLeft: 'prev', ArrowRight: 'next' }[event.key];
    const link = rel && this.querySelector<HTMLAnchorElement>(`a[rel=${rel}]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  };

  readonly #onGo = (): void => this.#deletions.flushAndGo();
}

customElements.define('desk-pictures', PicturesPage);
