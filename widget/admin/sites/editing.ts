/** A site's record while its owner changes it: what is typed, judged, saved, and changed by another window. */
import type { DeskChoices, DeskJudgement, DeskSite } from '../../../worker/desk-protocol.ts';
import { Refusal } from '../api.ts';
import { capital, countInWords, formatDollars, nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { RecordEditor } from '../parts/record-editor.ts';
import { EDITOR, MEND, SAMPLE_WORDS, SAVE, SECTION_NAMES } from '../words/sites.ts';
import { idOf } from './field.ts';
import { isWildcard, type Mended } from './mend.ts';
import { defaultModelOf, sizesOf, usualSize } from './money.ts';
import { sectionOf, wordsOf } from './problems.ts';
import { amountsOf, changedFields, fieldOf, type Problem, type SiteRecord, type Warning, withField } from './record.ts';
import { isRecord, type LoadedSite, loadSite, saveSite } from './saving.ts';

/** Who asks for what in the dry run. Empty: the first that there is. */
export interface Probe {
  origin: string;
  model: string;
  size: string;
  as: 'visitor' | 'client';
}

/** The worker judges a record when its owner has stopped typing for so long. */
const JUDGED_AFTER_MS = 600;
const FORCE_SECONDS = 60;

/** All that the page of a site knows and does; how it looks is in its element. */
export abstract class SiteEditing extends RecordEditor {
  static override properties = { ...RecordEditor.properties, record: { state: true } };

  /** As it is on the page, saved or not. */
  declare record: SiteRecord | undefined;

  choices: DeskChoices | undefined;
  /** What was typed and is not in the record, by field. */
  readonly typed = new Map<string, string>();
  /** What is wrong with what was typed, and how it was put right. */
  readonly mends = new Map<string, { problem?: string; taken?: string }>();
  /** Wildcards, and a missing bot check, that the owner takes on. */
  readonly accepted = new Set<string>();
  problems: Problem[] = [];
  warnings: Warning[] = [];
  judged: DeskJudgement | undefined;
  judgedWhy = '';
  probe: Probe = { origin: '', model: '', size: '', as: 'visitor' };
  snippet: 'html' | 'script' | 'frame' = 'html';
  isSaving = false;
  /** Save was pressed: every field is judged. */
  hasTried = false;
  conflict: LoadedSite | undefined;
  showsDifference = false;
  /** Seconds until what was saved is in force. undefined: nothing was saved. */
  forceIn: number | undefined;
  saveProblem = '';
  isJsonOpen = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #countdown: ReturnType<typeof setInterval> | undefined;
  #asked = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    clearInterval(this.#countdown);
  }

  get name(): string {
    return nameOfSite(this.site);
  }

  /** The site's figures of today. */
  get today(): DeskSite | undefined {
    return this.desk.overview?.sites.find(({ site }) => site === this.site);
  }

  get isPaused(): boolean {
    return this.today ? this.today.state === 'paused' : this.loaded?.shown.paused === true;
  }

  get saved(): SiteRecord {
    return this.loaded?.record ?? { origins: [] };
  }

  get unsaved(): boolean {
    const hasTyped = [...this.mends.values()].some(({ problem }) => problem !== undefined);
    return this.record !== undefined && (hasTyped || changedFields(this.saved, this.toSend).length > 0);
  }

  get proof(): 'turnstile' | 'pow' | 'none' {
    return this.record?.proof ?? this.choices?.proof ?? 'pow';
  }

  get answer(): string | undefined {
    if (this.loadProblem) return this.loadProblem;
    if (!this.loaded) return undefined;
    if (!this.record) return EDITOR.broken;
    // What is not saved allows nothing yet.
    const { saved } = this;
    const day = formatDollars(amountsOf(saved).day);
    const count = saved.origins.filter(Boolean).length;
    const all = this.allProblems().length;
    const words = (number: number): string => capital(countInWords(number));
    const open = count === 0 ? EDITOR.noPage(day) : EDITOR.answer(EDITOR.pages(words(count), count === 1), day);
    const first = this.isPaused ? EDITOR.paused(day) : open;
    return all > 0 ? `${first} ${EDITOR.toMend(words(all), all === 1)}` : first;
  }

  async load(): Promise<void> {
    const { site } = this;
    this.loadProblem = '';
    try {
      const [loaded, choices] = await Promise.all([
        loadSite(this.desk.api, site),
        this.choices ?? this.desk.api.get<DeskChoices>('/choices'),
      ]);
      if (site !== this.site) return;
      this.choices = choices;
      this.take(loaded);
    } catch (error) {
      const isUnknown = error instanceof Refusal && error.reason === 'SITE_UNKNOWN';
      this.loadProblem = isUnknown ? EDITOR.unknown(site) : problemOf(error);
    }
  }

  /** Begins with what is saved. */
  take(loaded: LoadedSite): void {
    this.loaded = loaded;
    this.record = loaded.record;
    this.typed.clear();
    this.mends.clear();
    this.accepted.clear();
    for (const origin of this.saved.origins.filter(isWildcard)) this.accepted.add(origin);
    if (this.saved.proof === 'none') this.accepted.add('none');
    this.problems = loaded.shown.problems ?? [];
    this.warnings = [];
    this.conflict = undefined;
    this.hasTried = false;
    this.saveProblem = '';
    this.isJsonOpen = loaded.record === undefined;
    this.#judgeSoon(0);
  }

  /** Changes a field of the record. */
  set(field: string, value: unknown): void {
    if (!this.record) return;
    this.replace(withField(this.record, field, value));
  }

  replace(record: SiteRecord): void {
    this.record = record;
    clearInterval(this.#countdown);
    this.forceIn = undefined;
    this.#judgeSoon(JUDGED_AFTER_MS);
  }

  /** A field was typed in. Its problem is cleared until it is left. */
  type<T>(field: string, text: string, mend: (typed: string) => Mended<T>, write: (value: T) => void): void {
    this.typed.set(field, text);
    this.mends.delete(field);
    const mended = mend(text);
    if ('value' in mended) write(mended.value);
    else this.mends.set(field, {});
    this.requestUpdate();
  }

  /** A field was left: what can be put right is put right, and said. */
  leave<T>(field: string, mended: Mended<T>): void {
    if ('problem' in mended) this.mends.set(field, { problem: mended.problem });
    else {
      this.typed.delete(field);
      this.mends.delete(field);
      if (mended.taken !== undefined) this.mends.set(field, { taken: mended.taken });
    }
    this.requestUpdate();
  }

  /** The text of a field: as it is typed, or as the record has it. */
  text(field: string): string {
    const value = this.record && fieldOf(this.record, field);
    return this.typed.get(field) ?? (value === undefined ? '' : String(value));
  }

  /** What is wrong with a field, in words. */
  problemAt(field: string): string | undefined {
    const { problem } = this.mends.get(field) ?? {};
    if (problem !== undefined) return problem;
    const own = this.ownProblems().find((each) => each.field === field);
    if (own) return own.rule;
    const told = this.problems.find((each) => each.field === field);
    return told && wordsOf(told, this.record && fieldOf(this.record, field));
  }

  /** Rules of the page: what the owner must say it takes on, and what it sees at once. */
  ownProblems(): Problem[] {
    const { record, hasTried } = this;
    if (!record) return [];
    const problems: Problem[] = [];
    const add = (isBroken: boolean, field: string, rule: string): void => {
      if (isBroken) problems.push({ field, rule });
    };
    for (const [at, origin] of record.origins.entries()) {
      add(
        hasTried && isWildcard(origin) && !this.accepted.has(origin),
        `origins.${at}`,
        MEND.wildcard(origin.slice(10)),
      );
      add(origin !== '' && record.origins.indexOf(origin) < at, `origins.${at}`, MEND.twice);
    }
    add(record.models?.length === 0, 'models', MEND.noModel);
    add(record.sizes?.length === 0, 'sizes', MEND.noSize);
    add(hasTried && this.needsTick, 'proof', MEND.none);
    return problems;
  }

  /** Without a bot check any script may spend, so the owner says that it takes that on. */
  get needsTick(): boolean {
    return this.proof === 'none' && !this.desk.facts.demo && !this.accepted.has('none');
  }

  /** Fields to be mended, in the order of the page. */
  allProblems(): string[] {
    const typed = [...this.mends].flatMap(([field, { problem }]) => (problem === undefined ? [] : [field]));
    const fields = [
      ...typed,
      ...this.ownProblems().map(({ field }) => field),
      ...this.problems.map(({ field }) => field),
    ];
    const order = Object.keys(SECTION_NAMES);
    return [...new Set(fields)].toSorted((a, b) => order.indexOf(sectionOf(a)) - order.indexOf(sectionOf(b)));
  }

  /** Goes to a field, or to the part of the page that it is in. */
  goTo(field: string): void {
    const parts = field.split('.');
    const ids = parts.map((_, at) => idOf(parts.slice(0, parts.length - at).join('.')));
    const found = ids.map((id) => this.querySelector<HTMLElement>(`#${id}`)).find(Boolean);
    const target = found ?? this.querySelector<HTMLElement>(`#${sectionOf(field)} h2`);
    target?.closest('details')?.setAttribute('open', '');
    target?.focus();
    target?.scrollIntoView({ block: 'center' });
  }

  /** The record as it is sent: without empty lines. */
  get toSend(): SiteRecord {
    const record = this.record ?? this.saved;
    return { ...record, origins: record.origins.filter(Boolean) };
  }

  #judgeSoon(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.judge(), afterMs);
  }

  /** Asks the worker what it would say of the record, and of a request under it. */
  async judge(): Promise<void> {
    if (!this.record || !this.choices) return;
    const asked = ++this.#asked;
    const { api } = this.desk;
    try {
      const record = this.toSend;
      const found = await api.send<{ problems: Problem[]; warnings: Warning[] }>(
        'POST',
        `/sites/${this.site}/check`,
        record,
      );
      if (asked !== this.#asked) return;
      // The worker knows no empty lines, so its places are others.
      const places = this.record.origins.flatMap((origin, at) => (origin ? [at] : []));
      const placed = ({ field, rule }: Problem): Problem => ({
        field: field.replace(/^origins\.(\d+)/, (_, at) => `origins.${places[Number(at)]}`),
        rule,
      });
      this.problems = found.problems.map(placed);
      this.warnings = found.warnings;
      if (found.problems.length > 0) this.judged = undefined;
      else {
        const judged = await api.send<DeskJudgement>('POST', '/dry-run', { ...this.#request(), record });
        if (asked !== this.#asked) return;
        this.judged = judged;
      }
      this.judgedWhy = '';
    } catch (error) {
      if (asked !== this.#asked) return;
      this.judged = undefined;
      this.judgedWhy = problemOf(error);
    }
    this.requestUpdate();
  }

  /** A request as the panel beside the form asks about it. */
  #request() {
    const record = this.record as SiteRecord;
    const choices = this.choices as DeskChoices;
    const { origin, model: wanted, size: wantedSize, as } = this.probe;
    const model = choices.models.find(({ id }) => id === wanted) ?? defaultModelOf(record, choices);
    const sizes = sizesOf(record, model);
    const size = wantedSize || usualSize(sizes);
    const page = origin || record.origins.find((each) => each && !isWildcard(each));
    const slots = (record.template?.slots ?? []).flatMap(
      ({ name, type, choices: [choice = ''] = [], maxLength = 200 }) =>
        type === 'photo' ? [] : [[name, type === 'choice' ? choice : SAMPLE_WORDS.slice(0, maxLength)]],
    );
    const part =
      record.promptMode === 'template'
        ? { peelTemplate: { slots: Object.fromEntries(slots) } }
        : { text: SAMPLE_WORDS };
    return {
      ...{ site: this.site, as },
      ...(model && { model: model.id }),
      ...(as === 'visitor' && page && { origin: page }),
      request: {
        contents: [{ role: 'user', parts: [part] }],
        ...(size && { generationConfig: { imageConfig: { imageSize: size } } }),
      },
    };
  }

  ask(change: Partial<Probe>): void {
    this.probe = { ...this.probe, ...change };
    this.requestUpdate();
    this.#judgeSoon(0);
  }

  protected override onKey(event: KeyboardEvent): void {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey) || !this.unsaved) return;
    event.preventDefault();
    void this.save();
  }

  /** @param etag Of what the owner has seen; another's to save over it. */
  async save(etag = this.loaded?.etag ?? ''): Promise<void> {
    if (this.isSaving || !this.record) return;
    // A field that is being typed in is left, and judged.
    if (this.contains(document.activeElement)) (document.activeElement as HTMLElement).blur();
    this.hasTried = true;
    const [first] = this.allProblems();
    this.requestUpdate();
    if (first !== undefined) {
      await this.updateComplete;
      return this.goTo(first);
    }
    const before = this.loaded;
    this.isSaving = true;
    this.saveProblem = '';
    try {
      const ended = await saveSite(this.desk.api, this.site, this.toSend, etag);
      if ('conflict' in ended) this.conflict = ended.conflict;
      else {
        const { record, etag: newEtag, warnings } = ended.saved;
        const shown = { ...(before as LoadedSite).shown, source: 'record' as const, record };
        delete shown.problems;
        this.take({ shown, etag: newEtag, record });
        this.warnings = warnings;
        this.#count();
        const old = before?.record;
        this.desk.toast(SAVE.short, ...(old ? [{ label: SAVE.undo, act: () => this.#undo(old) }] : []));
        this.desk.refresh();
      }
    } catch (error) {
      if (error instanceof Refusal && error.field !== undefined && error.status === 400) {
        this.problems = [{ field: error.field, rule: error.message.replace(`${error.field} `, '') }];
      }
      this.saveProblem = SAVE.failed(problemOf(error));
    } finally {
      this.isSaving = false;
      this.requestUpdate();
      await this.updateComplete;
      this.querySelector<HTMLElement>('.site-bar')?.focus();
    }
  }

  #undo(record: SiteRecord): void {
    this.replace(record);
    void this.save();
  }

  #count(): void {
    clearInterval(this.#countdown);
    this.forceIn = FORCE_SECONDS;
    this.#countdown = setInterval(() => {
      this.forceIn = (this.forceIn ?? 0) - 1;
      if (this.forceIn <= -5) {
        this.forceIn = undefined;
        clearInterval(this.#countdown);
      }
      this.requestUpdate();
    }, 1000);
  }

  discard(): void {
    if (this.loaded) this.take(this.loaded);
  }

  /** Keeps what the owner did, and begins with what another window has saved. */
  saveOver(): void {
    const { conflict } = this;
    if (!conflict) return;
    this.conflict = undefined;
    this.loaded = conflict;
    void this.save();
  }

  async pause(): Promise<void> {
    const paused = !this.isPaused;
    try {
      const body = { scope: 'site', site: this.site, paused };
      const { paused: isPaused } = await this.desk.api.send<{ paused: boolean }>('POST', '/pause', body);
      const { loaded } = this;
      if (loaded) this.loaded = { ...loaded, shown: { ...loaded.shown, paused: isPaused } };
      const resumed = isPaused ? EDITOR.stillPaused : EDITOR.resumedNow;
      this.desk.toast(paused ? EDITOR.pausedNow : resumed);
      this.desk.refresh();
      this.#judgeSoon(0);
    } catch (error) {
      this.desk.warn(problemOf(error));
    }
  }

  async endTickets(): Promise<void> {
    try {
      const { value, etag } = await this.desk.api.tagged<{ epoch: number }>(
        'POST',
        `/sites/${this.site}/end-tickets`,
        {},
      );
      const { loaded, record } = this;
      if (!loaded?.record || !record) return;
      this.loaded = { ...loaded, etag, record: { ...loaded.record, epoch: value.epoch } };
      this.record = { ...record, epoch: value.epoch };
      this.desk.toast(EDITOR.ticketsEnded);
    } catch (error) {
      this.desk.warn(problemOf(error));
    }
  }

  async delete(): Promise<void> {
    const { name, site } = this;
    const isSure = await this.desk.confirm({
      ...{ title: EDITOR.deleteQuestion(name), text: EDITOR.deleteText },
      ...{ yes: EDITOR.delete(name), no: EDITOR.keepIt, typed: site },
    });
    if (!isSure) return;
    try {
      await this.desk.api.send('DELETE', `/sites/${site}`, undefined, { 'If-Match': this.loaded?.etag ?? '' });
      this.record = undefined;
      this.desk.toast(EDITOR.deleted(name));
      this.desk.refresh();
      this.desk.go('/peel/admin/sites');
    } catch (error) {
      this.desk.warn(problemOf(error));
    }
  }

  /** The document was typed as JSON. */
  typeJson(text: string): void {
    this.typed.set('json', text);
    try {
      const value: unknown = JSON.parse(text);
      if (isRecord(value)) {
        this.mends.delete('json');
        this.replace(value);
      } else this.mends.set('json', { problem: MEND.jsonObject });
    } catch (error) {
      this.mends.set('json', { problem: MEND.json((error as Error).message) });
    }
    this.requestUpdate();
  }
}
