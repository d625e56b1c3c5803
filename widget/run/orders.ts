/** Makes the requests for pictures out of words, settings and what is shown. */
import type { Content } from '../api/gemini.ts';
import { toJson } from '../api/json.ts';
import type { Take } from '../api/model.ts';
import type { Order, Region, SentReference, Turn } from '../model.ts';
import { toBody } from '../settings/body.ts';
import type { Settings } from '../settings/settings.ts';

export interface Question {
  prompt: string;
  contents: Content[];
  settings: Settings;
  references: readonly SentReference[];
  /** The turn whose picture it changes. */
  from?: Turn | undefined;
  region?: Region | undefined;
  /** Asks for a picture that nobody has yet. */
  isFresh?: boolean;
}

export interface Naming {
  /** Names the next take of a request: `take-2`, `take-3` and so on. */
  next(take: Take): Take;
  /** A name that nobody else has. */
  draw(): string;
}

/**
 * One order for each picture.
 *
 * @param shown The shown turn: a request like its own becomes another take, never the same picture again.
 */
export function toOrders(question: Question, shown: Turn | undefined, naming: Naming): Order[] {
  const { prompt, contents, settings, references, from, region, isFresh } = question;
  const plain: Take = { model: settings.model.id, body: toBody(contents, settings) };
  const isSame = shown !== undefined && isSameRequest(shown.order.take, plain);
  const first = isFresh ? { ...plain, variant: naming.draw() } : isSame ? naming.next(plain) : plain;
  const order = { prompt, settings, references, ...(from && { from: from.id }), ...(region && { region }) };
  return times(settings.count, (at) => ({ ...order, take: at === 0 ? first : naming.next(plain) }));
}

/** The orders of a turn once more, with other settings where they have changed. */
export function againOrders({ order }: Turn, settings: Settings, naming: Naming): Order[] {
  const take: Take = { model: settings.model.id, body: toBody(order.take.body.contents, settings) };
  const isSame = isSameRequest(order.take, take);
  return times(settings.count, (at) => ({ ...order, settings, take: at === 0 && !isSame ? take : naming.next(take) }));
}

/** Not `Array.from`, which old libraries of host pages replace. */
const times = <Item>(count: number, make: (at: number) => Item): Item[] =>
  Array(count)
    .fill(0)
    .map((_, at) => make(at));

/** Whether two requests differ in their variant at most. */
export const isSameRequest = (one: Take, other: Take): boolean =>
  toJson([one.model, one.body]) === toJson([other.model, other.body]);
