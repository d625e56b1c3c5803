import { html, nothing } from 'lit';
import type { DeskSetup, DeskStep, StepName } from '../../../worker/desk-protocol.ts';
import { html as snippetOf } from '../../builder/snippets.ts';
import { nameOfProvider } from '../keys/provider-keys.ts';
import { DeskPage, type ToastAction } from '../page.ts';
import { copyButton } from '../parts/copy.ts';
import { textField } from '../parts/field.ts';
import { formatMoney, formatMoneyExactly, formatNumber, formatSince, microsOf, usdOf } from '../parts/format.ts';
import { PollController } from '../parts/poll-controller.ts';
import { problemOf } from '../parts/problem.ts';
import {
  answerOf,
  factList,
  factNumber,
  factText,
  hostOf,
  isAllDone,
  picturesSentence,
  stepOf,
} from '../setup/figures.ts';
import { mendDollars, mendOrigin } from '../sites/mend.ts';
import type { SiteRecord } from '../sites/record.ts';
import { loadSite, saveSite } from '../sites/saving.ts';
import { BESIDE, SETUP, STEPS } from '../words/setup.ts';
import { FILE, isLocal, setterOf } from '../words/variables.ts';

const POLL_MS = 5_000;
const SITE = 'default';
/** Bytes of a secret: as long as what HMAC-SHA-256 puts out. */
const SECRET_BYTES = 32;

const newSecret = (): string =>
  [...crypto.getRandomValues(new Uint8Array(SECRET_BYTES))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The steps to a first picture on the owner's own page. A step is done when the worker has seen it. */
export class SetupPage extends DeskPage {
  static override properties = {
    ...DeskPage.properties,
    setup: { state: true },
    problem: { state: true },
    origin: { state: true },
    taken: { state: true },
    day: { state: true },
    month: { state: true },
    wrong: { state: true },
    saving: { state: true },
  };

  readonly name = SETUP.name;

  declare setup: DeskSetup | undefined;
  declare problem: string;
  /** Typed, and not saved. */
  declare origin: string;
  declare taken: string;
  declare day: string | undefined;
  declare month: string | undefined;
  /** What is wrong at each step. */
  declare wrong: Partial<Record<StepName | 'month', string>>;
  /** The step that is being saved. */
  declare saving: StepName | undefined;

  /** Made once, so that it is the same while it is copied. */
  readonly #secret = newSecret();

  constructor() {
    super();
    this.problem = '';
    this.origin = '';
    this.taken = '';
    this.wrong = {};
    new PollController(this, () => void this.#load(), POLL_MS);
  }

  get answer(): string | undefined {
    return this.setup ? answerOf(this.setup) : this.problem || undefined;
  }

  override get more(): string {
    return this.setup && isAllDone(this.setup) ? SETUP.moreDone : SETUP.more;
  }

  override get unsaved(): boolean {
    return this.origin.trim() !== '';
  }

  override onLoggedIn(): void {
    void this.#load();
  }

  protected override firstUpdated(): void {
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.setup = await this.desk.api.get<DeskSetup>('/setup');
      this.problem = '';
      this.dispatchEvent(new CustomEvent('desk-steps', { detail: this.setup, bubbles: true }));
    } catch (error) {
      // What was seen stays.
      this.problem = problemOf(error);
    }
  }

  protected override render() {
    const { setup } = this;
    if (!setup) {
      return html`<section class="panel" aria-busy=${this.problem === ''}>
        ${
          this.problem
            ? html`<p class="problem">${this.problem}</p>
                <p><button type="button" @click=${() => this.#load()}>${SETUP.again}</button></p>`
            : html`<p class="soft">—</p>`
        }
      </section>`;
    }
    const open = setup.steps.find(({ done }) => !done)?.name;
    return html`<div class="setup">
      <ol class="panel steps" aria-label=${SETUP.steps}>
        ${setup.steps.map((step, at) => this.#step(step, at + 1, step.name === open))}
      </ol>
      <div class="panels">${this.#beside(setup)}</div>
    </div>`;
  }

  #step(step: DeskStep, number: number, isOpen: boolean) {
    const { name, done } = step;
    const body = this.#bodies[name](step);
    return html`<li id=${`step-${name}`} class=${`step ${done ? 'done' : isOpen ? 'open' : ''}`}>
      <span class="tick" aria-hidden="true">${done ? '✓' : number}</span>
      <div class="body">
        <div class="head">
          <h2>
            ${SETUP.titles[name]}<span class="unseen">${done ? `, ${SETUP.isDone}` : isOpen ? `, ${SETUP.isOpen}` : ''}</span>
          </h2>
          <span class="soft small">${this.#aside(step, isOpen)}</span>
        </div>
        ${body}
        ${this.wrong[name] && name !== 'page' && name !== 'money' ? html`<p class="problem" role="alert">${this.wrong[name]}</p>` : nothing}
      </div>
    </li>`;
  }

  readonly #bodies: Record<StepName, (step: DeskStep) => unknown> = {
    runs: (step) => {
      const words = STEPS.runs;
      if (step.done) {
        return html`<p class="soft">${words.done(factText(step, 'version'), formatNumber(factNumber(step, 'ms')))}</p>`;
      }
      return html`<p class="problem">${words.broken(factText(step, 'broken'), factText(step, 'problem'))}</p>
        <p class="hint">${words.todo}</p>`;
    },
    drawn: (step) => {
      const words = STEPS.drawn;
      if (!step.done) {
        return html`<p>${this.setup?.demo ? words.todo : words.paid(this.#pictureCost())}</p>
          <p><a class="button" href="/build">${words.draw}</a></p>`;
      }
      const isDemo = step.facts.demo === true;
      const cost = formatMoneyExactly(factNumber(step, 'costMicros') ?? 0);
      return html`<p class="soft">
        ${words.done(this.#time(step), cost, isDemo)}
        ${isDemo ? html`<span class="tag sun">${words.playMoney}</span>` : nothing}
      </p>`;
    },
    key: (step) => this.#key(step),
    page: (step) => this.#page(step),
    money: (step) => this.#money(step),
    check: (step) => this.#check(step),
    adults: (step) => {
      const words = STEPS.adults;
      if (step.done) return html`<p class="soft">${words.done}</p>`;
      return html`<label class="choice">
        <input
          type="checkbox"
          .checked=${this.saving === 'adults'}
          @change=${(event: Event) => {
            const box = event.target as HTMLInputElement;
            void this.#save('adults', (record) => ({ ...record, adultsDeclared: true })).then(() => {
              box.checked = this.setup ? stepOf(this.setup, 'adults')?.done === true : false;
            });
          }}
        ><span>${words.tick} <span class="soft">${words.terms}</span></span>
      </label>
      ${step.facts.draws === true ? html`<p class="soft">${words.draws}</p>` : nothing}`;
    },
    live: (step) => this.#live(step),
  };

  /** What a picture costs, as it stands in a sentence. Empty: it has no price. */
  #pictureCost(): string {
    const money = this.setup && stepOf(this.setup, 'money');
    const micros = money && factNumber(money, 'pictureMicros');
    return micros === undefined ? '' : STEPS.drawn.cost(usdOf(micros).toFixed(3));
  }

  get #host(): string {
    return hostOf(this.desk.facts.origin);
  }

  #time(step: DeskStep): string {
    return formatSince(factNumber(step, 'at') ?? 0, this.desk.now());
  }

  #key(step: DeskStep) {
    const words = STEPS.key;
    const provider = nameOfProvider(factText(step, 'provider'));
    if (step.done) {
      // A key that no free call can check was not asked yet.
      const isTold = factText(step, 'provider') !== 'fal';
      const tag = factText(step, 'tag');
      return html`<p class="soft">${isTold ? words.done(provider, tag) : words.unasked(provider, tag)}</p>`;
    }
    const status = factNumber(step, 'status');
    if (step.facts.unclear === true)
      return html`<p class="problem">${words.unclear(provider, factText(step, 'tag'))}</p>`;
    const local = isLocal(this.#host);
    return html`${
      step.facts.provider === undefined
        ? nothing
        : html`<p class="problem">
                ${words.refused(provider, status === undefined ? '' : words.http(String(status)))}
              </p>
              <p class="hint">${words.other} <a href="/peel/admin/keys">${words.keys}</a>.</p>`
    }
      <p>
        ${words.make}<a href=${words.studioAddress} target="_blank" rel="noopener">${words.studio}</a>${words.billing}${local ? nothing : words.inFolder}
      </p>
      ${local ? this.#setter({ GOOGLE_API_KEYS: words.exampleKey }) : this.#keyCommands()}`;
  }

  #keyCommands() {
    const words = STEPS.key;
    return html`${this.#command(words.command)}
      <p class="hint">${words.after}</p>
      <p class="hint on-phone">${words.phone}</p>
      <details>
        <summary>${words.byHand}</summary>
        <p class="hint">${words.handText}</p>
        <p>${words.secret}</p>
        ${this.#setter({ PEEL_SECRET: '' })} ${this.#command(this.#secret)}
        <p>${words.google}</p>
        ${this.#setter({ GOOGLE_API_KEYS: '' })}
        <p class="hint">
          ${words.dashboard}<a href=${words.dashboardAddress} target="_blank" rel="noopener">${words.dashboardName}</a>.
        </p>
      </details>`;
  }

  /** How variables are set where this worker runs. @param examples Their values, as they stand in a file. */
  #setter(examples: Readonly<Record<string, string>>) {
    return html`${isLocal(this.#host) ? html`<p class="hint">${STEPS.key.inFile(FILE)}</p>` : nothing}
      ${Object.entries(examples).map(([name, example]) => this.#command(setterOf(this.#host, name, example)))}`;
  }

  #command(text: string) {
    return html`<p class="command"><code class="block">${text}</code>${copyButton(() => text)}</p>`;
  }

  #page(step: DeskStep) {
    const words = STEPS.page;
    const refused = factText(step, 'refused');
    const times = factNumber(step, 'refusedCount') ?? 0;
    const locals = factList(step, 'locals');
    const saved = [
      ...factList(step, 'origins').map((origin) => ({ origin, text: words.draws })),
      ...locals.map((origin) => ({ origin, text: words.local })),
    ];
    const list =
      saved.length === 0
        ? nothing
        : html`<ul class="saved" aria-label=${words.saved}>
              ${saved.map(({ origin, text }) => html`<li><b>${origin}</b> <span class="soft">${text}</span></li>`)}
            </ul>`;
    return html`${
      step.done
        ? list
        : html`<form
              class="one-field"
              novalidate
              @submit=${(event: Event) => {
                event.preventDefault();
                this.#addPage(this.origin);
              }}
            >
              ${textField({
                ...{ id: 'setup-origin', label: words.label, value: this.origin, type: 'url', inputMode: 'url' },
                ...{ hint: this.taken || words.hint, problem: this.wrong.page },
                onInput: (origin) => {
                  this.origin = origin;
                  this.taken = '';
                  this.wrong = {};
                },
                onLeave: (typed) => this.#mend(typed),
              })}
              <button type="submit" aria-disabled=${this.saving === 'page' ? 'true' : nothing}>${words.add}</button>
            </form>
            ${list}${locals.length > 0 ? html`<p class="hint">${words.waits}</p>` : nothing}`
    }
      ${
        refused
          ? html`<p class="refused">
              ${words.refused(refused, words.times(formatNumber(times), times === 1))}
              <button type="button" class="link" @click=${() => this.#allow(refused)}>${words.allow}</button>
            </p>`
          : nothing
      }`;
  }

  #mend(typed: string): string | undefined {
    const mended = mendOrigin(typed);
    if ('problem' in mended) {
      this.wrong = { page: mended.problem };
      return undefined;
    }
    if (mended.taken !== undefined && typed.trim() !== mended.value) this.taken = STEPS.page.taken(mended.value);
    if (mended.value) this.origin = mended.value;
    return mended.value;
  }

  #addPage(typed: string): void {
    const kept = this.origin;
    const origin = this.#mend(typed);
    if (origin === '') this.wrong = { page: STEPS.page.empty };
    if (!origin) {
      this.#focus('#setup-origin');
      return;
    }
    this.origin = kept;
    void this.#save('page', withPage(origin)).then((isSaved) => {
      if (isSaved) {
        this.origin = '';
        this.taken = '';
      } else this.#focus('#setup-origin');
    });
  }

  /** A stranger's page looks like one's own, so it can be taken back. */
  #allow(origin: string): Promise<boolean> {
    const without = (record: SiteRecord) => ({ ...record, origins: record.origins.filter((each) => each !== origin) });
    return this.#save('page', withPage(origin), {
      label: STEPS.page.undo,
      act: () => void this.#save('page', without),
    });
  }

  #focus(selector: string): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(selector)?.focus());
  }

  #money(step: DeskStep) {
    const words = STEPS.money;
    const [dayMicros = 0, monthMicros = 0] = [factNumber(step, 'dayMicros'), factNumber(step, 'monthMicros')];
    if (step.done) {
      return html`<p class="soft">${words.done(formatMoney(dayMicros), formatMoney(monthMicros))}</p>
        ${this.#allSites(step)}`;
    }
    const day = this.day ?? usdOf(dayMicros).toFixed(2);
    const month = this.month ?? usdOf(monthMicros).toFixed(2);
    const [mendedDay, mendedMonth] = [dollarsOf(day), dollarsOf(month)];
    return html`<p class="soft">${words.ofSite}</p>
      <form
        class="amounts"
        novalidate
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#saveMoney(mendedDay, mendedMonth);
        }}
      >
        ${textField({
          ...{ id: 'setup-day', label: words.day, value: day, inputMode: 'decimal', before: '$' },
          problem: this.wrong.money,
          onInput: (typed) => {
            this.day = typed;
            this.wrong = {};
          },
        })}
        ${textField({
          ...{ id: 'setup-month', label: words.month, value: month, inputMode: 'decimal', before: '$' },
          problem: this.wrong.month,
          onInput: (typed) => {
            this.month = typed;
            this.wrong = {};
          },
        })}
        <button type="submit" aria-disabled=${this.saving === 'money' ? 'true' : nothing}>${words.save}</button>
      </form>
      <p class="hint" role="status">
        ${picturesSentence(
          { day: microsOf(mendedDay ?? 0), month: microsOf(mendedMonth ?? 0) },
          { micros: factNumber(step, 'pictureMicros'), held: factNumber(step, 'heldMicros') },
          factText(step, 'model'),
        )}
      </p>
      ${this.#allSites(step)}`;
  }

  /** The cap above those of the sites, which only variables change. */
  #allSites(step: DeskStep) {
    const words = STEPS.money;
    const [day, month] = [factNumber(step, 'deploymentDayMicros'), factNumber(step, 'deploymentMonthMicros')];
    if (day === undefined || month === undefined) return nothing;
    return html`<div id="all-sites">
      <p class="soft">${words.all(formatMoney(day), formatMoney(month))}</p>
      <details ?open=${location.hash === '#all-sites'}>
        <summary>${words.change}</summary>
        <p class="hint">${words.changeText}</p>
        ${this.#setter({
          DEPLOYMENT_DAILY_BUDGET_USD: String(usdOf(day)),
          DEPLOYMENT_MONTHLY_BUDGET_USD: String(usdOf(month)),
        })}
      </details>
    </div>`;
  }

  #saveMoney(dailyUsd: number | undefined, monthlyUsd: number | undefined): void {
    if (dailyUsd === undefined || monthlyUsd === undefined) {
      this.wrong = {
        ...(dailyUsd === undefined && { money: STEPS.money.bad }),
        ...(monthlyUsd === undefined && { month: STEPS.money.bad }),
      };
      this.#focus(dailyUsd === undefined ? '#setup-day' : '#setup-month');
      return;
    }
    void this.#save('money', (record) => ({ ...record, budgets: { ...record.budgets, dailyUsd, monthlyUsd } }));
  }

  #check(step: DeskStep) {
    const words = STEPS.check;
    const kind = factText(step, 'kind');
    const door = html`<a href=${`/peel/admin/sites/${SITE}#check`}>${words.setUp}</a>`;
    if (kind === 'none') {
      return html`<p class="problem">${words.none}</p>
        <p class="buttons">
          <button type="button" @click=${() => this.#save('check', (record) => ({ ...record, proof: 'pow' }))}>
            ${words.usePow}
          </button>
          ${door}
        </p>`;
    }
    if (kind === 'turnstile') {
      return step.facts.test === true
        ? html`<p class=${step.done ? 'soft' : 'problem'}>${words.test}</p>`
        : html`<p class="soft">${words.turnstile}</p>
            <p class="hint">${words.silent}</p>
            ${this.#setter({ TURNSTILE_SECRET_KEY: STEPS.key.exampleKey })}`;
    }
    return html`<p>${words.pow} <span class="soft">${words.quieter}</span> ${door}</p>`;
  }

  /** At the right of a step's title. */
  #aside(step: DeskStep, isOpen: boolean) {
    if (step.name === 'key' && isOpen) return SETUP.looking;
    if (step.name === 'check' && step.facts.kind === 'pow') return html`<span class="tag">${STEPS.check.works}</span>`;
    return step.name === 'live' ? this.#line(step) : nothing;
  }

  #line(step: DeskStep) {
    const words = STEPS.live;
    if (step.facts.line === 'shown') return words.shown(hostOf(factText(step, 'origin')), this.#time(step));
    return step.done ? nothing : words.lines.waiting;
  }

  #live(step: DeskStep) {
    const words = STEPS.live;
    if (step.done) return html`<p class="soft">${words.done(hostOf(factText(step, 'origin')), this.#time(step))}</p>`;
    const text = snippetOf(this.desk.facts.origin, { attributes: [], css: [], ideas: [] });
    return html`<p class="command">
        <code class="block">${text}</code>${copyButton(() => text)}
      </p>
      <p class="hint">${words.on} <a href="/build">${words.look}</a>. ${words.ends}</p>
      <details>
        <summary>${words.trouble}</summary>
        <ul>
          ${words.troubles.map((trouble) => html`<li>${trouble}</li>`)}
        </ul>
      </details>`;
  }

  /** Saves a change of the site's record. @returns Whether it was saved. */
  async #save(step: StepName, change: (record: SiteRecord) => SiteRecord, undo?: ToastAction): Promise<boolean> {
    if (this.saving) return false;
    this.saving = step;
    this.wrong = {};
    try {
      const { record, etag } = await loadSite(this.desk.api, SITE);
      const before = record ?? { origins: [] };
      const saved = await saveSite(this.desk.api, SITE, change(before), etag);
      if ('conflict' in saved) {
        this.wrong = { [step]: SETUP.conflict };
        return false;
      }
      this.desk.toast(SETUP.saved, ...(undo ? [undo] : []));
      await this.#load();
      this.desk.refresh();
      return true;
    } catch (error) {
      this.wrong = { [step]: SETUP.notSaved(problemOf(error)) };
      return false;
    } finally {
      this.saving = undefined;
    }
  }

  #beside(setup: DeskSetup) {
    const { overview } = this.desk;
    const [picture] = overview?.pictures ?? [];
    return html`<section class="panel" aria-labelledby="setup-visitors">
        <h2 id="setup-visitors">${BESIDE.visitors}</h2>
        ${
          picture && picture.deletedAt === undefined
            ? html`<img class="last" src=${picture.thumbnail} alt=${BESIDE.alt}>`
            : html`<p class="soft">${BESIDE.none}</p>`
        }
        <p class="buttons"><a class="button primary" href="/build">${BESIDE.draw}</a></p>
        <p class="hint">${BESIDE.drawText}</p>
      </section>
      ${
        overview
          ? html`<section class="panel" aria-labelledby="setup-today">
              <div class="head">
                <h2 id="setup-today">${BESIDE.today}</h2>
                <a href="/peel/admin">${BESIDE.overview}</a>
              </div>
              <p>
                <b class="amount">${formatMoney(overview.today.spentMicros)}</b>
                ${BESIDE.of(formatMoney(overview.today.capMicros))}
                ${setup.demo ? html`<span class="tag sun">${STEPS.drawn.playMoney}</span>` : nothing}
              </p>
              <p class="hint">
                ${BESIDE.counts(
                  formatNumber(overview.made),
                  formatNumber(overview.kept + overview.joined),
                  formatNumber(overview.refused),
                )}
              </p>
            </section>`
          : nothing
      }
      ${
        isAllDone(setup)
          ? html`<section class="panel">
              <h2>${BESIDE.next}</h2>
              <ul class="doors">
                ${BESIDE.nextDoors.map(({ label, address }) => html`<li><a href=${address}>${label}</a></li>`)}
              </ul>
            </section>`
          : html`<section class="panel">
              <h2>${BESIDE.whenDone}</h2>
              <p class="hint">${BESIDE.whenDoneText}</p>
            </section>`
      }`;
  }
}

const withPage =
  (origin: string) =>
  (record: SiteRecord): SiteRecord => ({ ...record, origins: [...new Set([...record.origins, origin])] });

/** @returns undefined where it is no amount above 0. */
function dollarsOf(typed: string): number | undefined {
  const mended = mendDollars(typed);
  return 'value' in mended ? mended.value : undefined;
}

customElements.define('desk-setup', SetupPage);
