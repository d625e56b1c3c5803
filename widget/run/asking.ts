import type { Content } from '../api/gemini.ts';
import { type Client, createClient } from '../api/generate.ts';
import { PeelError } from '../api/peel-error.ts';
import { errorOf, type Problem, problemOfSite } from '../api/problem.ts';
import { ticketsOf } from '../api/ticket.ts';
import { fire } from '../events.ts';
import type { EngineHost } from '../host.ts';
import type { Order, Region, Result, Turn } from '../model.ts';
import { randomId } from '../random-id.ts';
import type { Settings } from '../settings/settings.ts';
import { type Contents, type Question, toContents } from '../thread/contents.ts';
import { pathOf, pictureUri, resultOf, turnOf } from '../thread/thread.ts';
import type { Check } from './check.ts';
import type { Form } from './form.ts';
import { isWorking, waitsUntil } from './generation.ts';
import type { Keeper } from './keeper.ts';
import { againOrders, toOrders } from './orders.ts';
import type { Pictures } from './pictures.ts';
import type { Run } from './run.ts';
import type { Trouble } from './trouble.ts';
import type { Versions } from './versions.ts';

export interface AskingRooms {
  run: Run;
  versions: Versions;
  pictures: Pictures;
  form: Form;
  check: Check;
  keeper: Keeper;
  trouble: Trouble;
  look(): void;
  onStart(): void;
  onArrive(turn: Turn): void;
}

/** A change that the page asks for. */
export interface Change {
  text: string;
  from: Turn;
  region?: Region | undefined;
}

type MakeOrders = (signal: AbortSignal) => Promise<readonly Order[]>;

/** The way from a press to a picture. */
export class Asking {
  /** The owner's notice stands in the field, and the next press accepts it. */
  isNoticeShown = false;

  readonly #host: EngineHost;
  readonly #rooms: AskingRooms;
  #client: Client | undefined;
  /** The last orders, for another try. */
  #last: readonly Order[] | undefined;

  constructor(host: EngineHost, rooms: AskingRooms) {
    this.#host = host;
    this.#rooms = rooms;
  }

  get client(): Client {
    if (this.#client) return this.#client;
    const { clientOptions, element } = this.#host;
    const { endpoint, site } = clientOptions;
    const options = {
      ...clientOptions,
      challenge: () => this.#host.facts?.proof,
      prove: this.#rooms.check.prove,
    };
    this.#client = createClient(options, ticketsOf(element.fetch ?? fetch, endpoint, site), ({ remaining }) => {
      if (Number.isFinite(remaining?.day)) this.#host.left = remaining.day;
      this.#host.update();
    });
    return this.#client;
  }

  /** There is a request whose picture may be looked for without a press: the visitor has asked for it already. */
  get mayRejoin(): boolean {
    return this.#last !== undefined && !this.#host.isDisabled;
  }

  /** After a change of endpoint or site: drops the old tickets. */
  forget() {
    this.#client = undefined;
    this.#last = undefined;
  }

  /**
   * A picture of the words in the field, or of `change`.
   *
   * @param isActive The visitor acted when this was asked for; the engine may have taken long to come.
   * @throws PeelError
   */
  async ask(change?: Change, isActive?: boolean): Promise<Result> {
    this.#assertMayStart(isActive);
    const { form, pictures, versions } = this.#rooms;
    const startedAt = this.#host.startedAt ?? Date.now();
    if (!this.#host.facts) await this.#loadFacts(startedAt);
    const { settings } = this.#host;
    if (!settings) throw this.fail({ reason: 'CONFIG_BROKEN', message: 'The site has no models.', unsent: true });
    if (!this.#passNotice()) throw new PeelError('PREVENTED', 'The visitor reads the notice first.');
    const broken = pictures.tellBroken();
    if (broken) {
      this.#rooms.run.settle();
      throw new PeelError('INVALID', broken);
    }
    if (form.isShown) return this.#askForm(settings, startedAt, change?.from);

    const isChange = versions.mode === 'change';
    const text = (change?.text ?? (isChange ? versions.text : this.#host.element.value)).trim();
    const from = change?.from ?? (isChange ? versions.turn : undefined);
    if (text === '' && from && !change) return this.#again(settings, startedAt);
    if (text === '') throw this.#invalid();
    const region = change ? change.region : versions.region;
    return this.#start(startedAt, async (signal) => {
      const references = await pictures.whenReady(signal);
      const marked = region && from ? await pictures.mark(resultOf(from), region, signal) : [];
      return this.#ordersFor(
        { words: text, references: [...references, ...marked], region, isMarked: marked.length > 0 },
        settings,
        from,
      );
    });
  }

  /** The shown request once more, with other settings where the visitor chose them. @throws PeelError */
  async again(settings = this.#host.settings, startedAt = Date.now()): Promise<Result> {
    if (!this.#rooms.versions.turn || !settings) return this.ask();
    this.#assertMayStart();
    return this.#again(settings, startedAt);
  }

  #again(settings: Settings, startedAt: number): Promise<Result> {
    const { keeper, versions } = this.#rooms;
    const { turn } = versions;
    return this.#start(startedAt, () => Promise.resolve(turn ? againOrders(turn, settings, keeper.takes) : []));
  }

  /** The last request unchanged: it joins the run that it began or collects its result. @throws PeelError */
  async retry(isActive?: boolean): Promise<Result> {
    if (!this.#last) return this.ask(undefined, isActive);
    this.#assertMayStart(isActive);
    return this.resume(this.#last, Date.now());
  }

  /** The last request, once the network is back. @throws PeelError */
  rejoin(): Promise<Result> {
    return this.resume(this.#last ?? [], Date.now());
  }

  /** The last request as another take, because nobody knows what became of it. @throws PeelError */
  async retake(): Promise<Result> {
    const last = this.#last;
    if (!last) return this.ask();
    this.#assertMayStart();
    const { keeper } = this.#rooms;
    return this.#start(Date.now(), () =>
      Promise.resolve(last.map((order) => ({ ...order, take: keeper.takes.next(order.take) }))),
    );
  }

  /** Goes on with a request that was sent before. It needs no press, because the visitor has asked for it already. */
  resume(orders: readonly Order[], startedAt: number): Promise<Result> {
    return this.#send(() => Promise.resolve(orders), startedAt);
  }

  /** Shows a problem. */
  fail(problem: Problem): PeelError {
    return this.#rooms.run.fail(problem);
  }

  /** @throws PeelError */
  #assertMayStart(isActive = navigator.userActivation.isActive) {
    const { run, trouble } = this.#rooms;
    const { current } = run;
    if (this.#host.isDisabled) throw new PeelError('DISABLED', 'The element is disabled.');
    if (isWorking(current)) throw new PeelError('BUSY', 'A picture is already being made.');
    if (waitsUntil(current) !== undefined || current.status === 'exhausted') {
      const waiting = trouble.waiting(current);
      if (waiting) this.#host.say(waiting.spoken);
      else void trouble.repeat();
      this.#rooms.look();
      throw new PeelError('WAITING', 'A limit lasts.');
    }
    // A page must not spend money without an act of its visitor.
    if (!isActive) throw new PeelError('NOT_ACTIVATED', 'A visitor must click or press a key first.');
  }

  /** @param changed The turn that the page wants changed. A form has no words beside its values. */
  async #askForm(settings: Settings, startedAt: number, changed?: Turn): Promise<Result> {
    const { form, keeper, pictures, run, versions } = this.#rooms;
    const filled = await form.check();
    if (!filled) {
      run.settle();
      throw new PeelError('INVALID', 'A slot is wrong.');
    }
    const { turn } = versions;
    const from = changed ?? (versions.mode === 'change' ? turn : undefined);
    const previous = from && pictureUri(resultOf(from));
    if (from && previous === undefined) throw this.#impossible({ fault: 'gone' });
    return this.#start(startedAt, async (signal) => {
      const references = await pictures.whenReady(signal);
      const contents: Content[] = [{ role: 'user', parts: [filled.toPart(references[0]?.uri, previous)] }];
      return toOrders({ prompt: filled.words, contents, settings, references, from }, turn, keeper.takes);
    });
  }

  #ordersFor(question: Question, settings: Settings, from: Turn | undefined): readonly Order[] {
    const { keeper, versions } = this.#rooms;
    const path = from ? pathOf(versions.thread, from.id) : [];
    const { maxReferences } = settings.model;
    const made = toContents(path, question, { maxReferences, now: Date.now(), gone: keeper.gone });
    if ('fault' in made) throw this.#impossible(made);
    const { words: prompt, references, region } = question;
    const isFresh = this.#host.fromExample && !from;
    const request = { prompt, contents: made.contents, settings, references, from, region, isFresh };
    return toOrders(request, from ? undefined : versions.turn, keeper.takes);
  }

  /** Shows why a request cannot be made. */
  #impossible(made: Exclude<Contents, { contents: unknown }>): PeelError {
    void this.#rooms.trouble.show(
      made.fault === 'references'
        ? { reference: 'count', n: made.most }
        : { problem: { reason: made.fault === 'gone' ? 'NOT_FOUND' : 'BODY_TOO_LARGE', message: '', unsent: true } },
    );
    return new PeelError('INVALID', `This cannot be one request: ${made.fault}.`);
  }

  /** Lets the page change or take over each request before it is sent. */
  #start(startedAt: number, make: MakeOrders): Promise<Result> {
    return this.#send(async (signal) => {
      const orders = await make(signal);
      return Promise.all(orders.map((order) => this.#announce(order)));
    }, startedAt);
  }

  async #send(make: MakeOrders, startedAt: number): Promise<Result> {
    const { keeper, pictures, run, versions } = this.#rooms;
    this.isNoticeShown = false;
    this.#rooms.onStart();
    const isChange = versions.mode === 'change';
    const textBefore = this.#host.element.value;
    const results = await run.start(
      async (signal) => {
        const orders = await make(signal);
        this.#last = orders;
        keeper.began(orders, startedAt);
        return orders;
      },
      startedAt,
      pictures.isBusy,
    );
    return this.#arrive(results, isChange, this.#host.element.value === textBefore);
  }

  /** The picture becomes a version, and the field is ready to change it. Words typed meanwhile stay where they are. */
  #arrive(results: readonly Result[], isChange: boolean, isTextSame: boolean): Result {
    const { form, keeper, run, versions } = this.#rooms;
    const [first] = results as [Result];
    const { from } = first.order;
    const turn: Turn = {
      id: randomId(),
      ...(from !== undefined && turnOf(versions.thread, from) && { parent: from }),
      order: first.order,
      results,
      index: 0,
      at: Date.now(),
    };
    versions.add(turn);
    keeper.ended();
    keeper.save();
    if (isChange) versions.text = '';
    else if (isTextSame && !form.isShown) versions.mode = 'change';
    this.#host.fromExample = false;
    const made = results.filter(({ cached }) => !cached).length;
    this.count(made);
    this.#rooms.onArrive(turn);
    run.finish(made === 0 ? 'fromBefore' : undefined);
    fire(this.#host.element, 'peel-result', { turn: turn.id, results });
    return first;
  }

  /** Counts tries towards the visitor's day. The next ticket tells the worker's own figure. */
  count(tries: number) {
    const { left } = this.#host;
    if (left !== undefined) this.#host.left = Math.max(0, left - tries);
  }

  async #announce(order: Order): Promise<Order> {
    const { element } = this.#host;
    const take = (await element.beforeSend?.(order.take)) ?? order.take;
    if (fire(element, 'peel-generate', { request: take })) return { ...order, take };
    throw new PeelError('PREVENTED', 'The page has taken over.');
  }

  async #loadFacts(startedAt: number): Promise<void> {
    await this.#rooms.run.wait(async () => {
      const outcome = await this.#host.loadFacts();
      // The engine has shown it.
      if (!('facts' in outcome)) throw errorOf(problemOfSite(outcome, () => navigator.onLine));
    }, startedAt);
  }

  #invalid(): PeelError {
    this.#rooms.run.settle();
    const text = this.#host.words.say('emptyPrompt');
    this.#host.say(text, true);
    this.#host.focusText();
    return new PeelError('INVALID', text);
  }

  /** @returns Whether the request may go out: the owner's notice is read before the first. */
  #passNotice(): boolean {
    const { keeper } = this.#rooms;
    const notice = this.#host.facts?.notice;
    if (!notice || keeper.hasRead(notice)) return true;
    if (this.isNoticeShown) {
      keeper.markRead(notice);
      return true;
    }
    this.isNoticeShown = true;
    this.#rooms.run.settle();
    this.#host.say(notice, true);
    this.#host.update();
    return false;
  }
}
