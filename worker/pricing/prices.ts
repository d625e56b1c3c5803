/**
 * What a picture costs: at worst, before the call, and in fact, after it. All money is integer micro-dollars. It is
 * rounded up, so that many roundings never add up to too little. Which table holds on a day is in `price-table.ts`.
 */
import { type CatalogModel, type PriceTable, SIZES, type Size, type TokenPrices } from '../catalog/model.ts';
import type { GenerateRequest, Part } from '../request/request.ts';
import { fail, type Result, succeed } from '../shared/failure.ts';
import { utf8Length } from '../shared/utf8.ts';

/** Token counts of a finished call, from `usageMetadata`. An absent count is zero. */
export interface Usage {
  promptTokens: number;
  /** All of the answer but thoughts. */
  candidatesTokens: number;
  /** The part of `candidatesTokens` that is pictures. */
  imageTokens: number;
  thoughtsTokens: number;
  searches: number;
  /** A count is negative or not a number, so the true count is unknown. */
  isOdd?: true;
}

/** The fields of a request that prices depend on beside its tokens. */
export type Priced = Pick<GenerateRequest, 'size' | 'thinkingLevel' | 'grounding'>;

/** Search queries that are reserved for a grounded request. Recorded answers made one or two. */
export const GROUNDING_ALLOWANCE = 2;

/** Prompt tokens of one picture: the highest published count (`docs/wire-facts.md#google-limits-of-a-request`). */
export const REFERENCE_TOKENS = 1120;

/**
 * Prompt tokens of one large thought signature. Google publishes no count, so this is four times the most thought
 * tokens of a recorded answer (530). A cost beyond it is booked as overrun.
 */
export const SIGNATURE_TOKENS = 2048;

/** Roles and separators around a part. */
const PART_TOKENS = 8;

const MILLION = 1_000_000;

/** Output tokens of a picture. A size that is not published counts as the next larger one. */
export function imageTokensOf(model: CatalogModel, size: Size): number | undefined {
  const published = SIZES.slice(SIZES.indexOf(size)).find((larger) => model.imageTokens[larger] !== undefined);
  return published && model.imageTokens[published];
}

/** Upper bound of a picture's output tokens: the higher of the published and the observed count of its size. */
function mostImageTokensOf(model: CatalogModel, size: Size): number | undefined {
  const published = imageTokensOf(model, size);
  return published && Math.max(published, model.imageTokensSeen?.[size] ?? 0);
}

/** Counts above this many times a model's limits are the provider's mistake and not a bill. */
const BELIEVABLE = 32;

/**
 * Whether an answer can be settled by these counts. Negative and absurd counts are refused. So are fewer image tokens
 * than the answer's pictures have: some providers leave them out, and the pictures would be charged as text or not at
 * all. Counts somewhat over the model's limits are accepted, because they may be a real bill.
 *
 * @param pictures Number of pictures in the answer. Drafts do not count, because they are not charged.
 */
export function isPlausible(usage: Usage, model: CatalogModel, size: Size, pictures: number): boolean {
  const { promptTokens, candidatesTokens, imageTokens, thoughtsTokens } = usage;
  return (
    !usage.isOdd &&
    promptTokens > 0 &&
    promptTokens <= BELIEVABLE * model.inputTokenLimit &&
    candidatesTokens >= 0 &&
    thoughtsTokens >= 0 &&
    candidatesTokens + thoughtsTokens <= BELIEVABLE * model.outputTokenLimit &&
    imageTokens <= candidatesTokens &&
    imageTokens >= pictures * (imageTokensOf(model, size) ?? 1)
  );
}

/**
 * The `maxOutputTokens` that is sent, so that an answer cannot cost more than was reserved for it: the caller's own, or
 * the picture's tokens and room for thoughts. Undefined: no cap is sent.
 */
export function maxOutputTokensOf(request: GenerateRequest, model: CatalogModel): number | undefined {
  const imageTokens = mostImageTokensOf(model, request.size);
  if (request.maxOutputTokens !== undefined || model.outputCap === null || imageTokens === undefined) {
    return request.maxOutputTokens;
  }
  return Math.min(imageTokens + roomOf(request, model, model.outputCap), model.outputTokenLimit);
}

/** The price of a picture alone: no prompt, no text, no thoughts. For menus and lists. */
export function pictureMicros(table: PriceTable, model: CatalogModel, size: Size): number | undefined {
  switch (table.kind) {
    case 'call':
      return table.perCall;
    case 'image':
      return table.perImage[size];
    case 'token': {
      const tokens = imageTokensOf(model, size);
      return tokens === undefined ? undefined : Math.ceil((tokens * table.imageOutPerMillion) / MILLION);
    }
  }
}

/** A request for one picture of a short prompt. */
export const pictureOf = ({ id }: CatalogModel, size: Size = '1K'): GenerateRequest => ({
  ...{ model: id, turns: [], modalities: ['TEXT', 'IMAGE'], size },
});

/**
 * What a finished call cost.
 *
 * @param usage The provider's counts. Only token tables use it: the others charge for the call or the picture.
 * @returns Micro-dollars; undefined if the table has no price for such a request.
 */
export function costMicros(table: PriceTable, request: Priced, usage: Usage): number | undefined {
  switch (table.kind) {
    case 'call':
      return table.perCall;
    case 'image': {
      const picture = table.perImage[request.size];
      const grounding = request.grounding ? table.grounding : 0;
      if (picture === undefined || grounding === undefined) return undefined;
      return picture + grounding + (request.thinkingLevel === 'high' ? (table.highThinking ?? 0) : 0);
    }
    case 'token':
      return tokenMicros(table, usage);
  }
}

/**
 * What a request costs at worst, in micro-dollars, by the dearest of the tables that may apply. A table without a price
 * for the request fails the whole with `PRICE_UNKNOWN`, so the caller passes only the providers it will try.
 */
export function worstMicros(
  request: GenerateRequest,
  model: CatalogModel,
  tables: readonly (PriceTable | undefined)[],
): Result<number> {
  const prices = tables.map((table) => table && worstMicrosAt(table, request, model));
  const known = prices.filter((price) => price !== undefined);
  if (known.length === 0 || known.length < prices.length) return fail({ reason: 'PRICE_UNKNOWN', model: model.id });
  return succeed(Math.max(...known));
}

/**
 * What a request costs at worst by one table, in micro-dollars: every bound reached, every allowance used. The whole
 * allowed output counts at the dearest output rate, because a provider may draw several pictures within it.
 */
export function worstMicrosAt(table: PriceTable, request: GenerateRequest, model: CatalogModel): number | undefined {
  if (table.kind !== 'token') return costMicros(table, request, NOTHING_USED);
  const imageTokens = mostImageTokensOf(model, request.size);
  if (imageTokens === undefined) return undefined;
  // A cap that is smaller than a picture does not prove that no picture will come.
  const output = Math.max(imageTokens, maxOutputTokensOf(request, model) ?? model.outputTokenLimit);
  const searches = request.grounding ? GROUNDING_ALLOWANCE : 0;
  if (searches > 0 && table.perSearch === undefined) return undefined;
  const tokens =
    inputTokensBound(request, model) * table.inputPerMillion +
    output * Math.max(table.textOutPerMillion, table.imageOutPerMillion);
  return Math.ceil(tokens / MILLION) + searches * (table.perSearch ?? 0);
}

/** Upper bound of prompt tokens. A token is at least one byte of UTF-8, and refusing a too long prompt is free. */
export function inputTokensBound(request: GenerateRequest, model: CatalogModel): number {
  let tokens = 0;
  for (const text of request.systemInstruction ?? []) tokens += utf8Length(text) + PART_TOKENS;
  for (const { parts } of request.turns) for (const part of parts) tokens += partTokens(part);
  return Math.min(tokens, model.inputTokenLimit);
}

function partTokens(part: Part): number {
  const content = part.kind === 'text' ? utf8Length(part.text) : REFERENCE_TOKENS;
  if (!part.signature) return content + PART_TOKENS;
  const signature =
    'text' in part.signature ? Math.min(part.signature.text.length, SIGNATURE_TOKENS) : SIGNATURE_TOKENS;
  return content + signature + PART_TOKENS;
}

/** Output tokens beside the picture. */
function roomOf(request: Priced, model: CatalogModel, cap: NonNullable<CatalogModel['outputCap']>): number {
  return (request.thinkingLevel ?? model.defaultThinkingLevel) === 'high' ? cap.highThinking : cap.base;
}

function tokenMicros(table: TokenPrices, usage: Usage): number | undefined {
  if (usage.searches > 0 && table.perSearch === undefined) return undefined;
  const textTokens = Math.max(0, usage.candidatesTokens - usage.imageTokens) + usage.thoughtsTokens;
  const tokens =
    usage.promptTokens * table.inputPerMillion +
    textTokens * table.textOutPerMillion +
    usage.imageTokens * table.imageOutPerMillion;
  return Math.ceil(tokens / MILLION) + usage.searches * (table.perSearch ?? 0);
}

export const NOTHING_USED: Usage = {
  promptTokens: 0,
  candidatesTokens: 0,
  imageTokens: 0,
  thoughtsTokens: 0,
  searches: 0,
};
