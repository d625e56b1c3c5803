/**
 * What a picture costs: at worst, before it is asked for, and in truth, once it is made. All money is integer
 * micro-dollars, rounded up, so that a thousand roundings can never add up to a dollar too little. Which table holds on
 * a day is in `price-table.ts`.
 */
import type { CatalogModel, PriceTable, Size, TokenPrices } from '../catalog/model.ts';
import type { GenerateRequest, Part } from '../request/request.ts';
import { fail, type Result, succeed } from '../shared/failure.ts';
import { utf8Length } from '../shared/utf8.ts';

/** Token counts of a finished call, from `usageMetadata`. Absent counts are zero there and here. */
export interface Usage {
  promptTokens: number;
  /** All of the answer but thoughts. */
  candidatesTokens: number;
  /** The part of `candidatesTokens` that is pictures. */
  imageTokens: number;
  thoughtsTokens: number;
  searches: number;
  /** A count stands there that is none: negative, or a text. What it hides cannot be known. */
  isOdd?: true;
}

/** The fields of a request that prices depend on beside its tokens. */
export type Priced = Pick<GenerateRequest, 'size' | 'thinkingLevel' | 'grounding'>;

/** Queries that a grounded request is allowed for; recorded answers made one or two. */
export const GROUNDING_ALLOWANCE = 2;

/** Prompt tokens of one picture: the most that is published for any model (docs.cloud.google.com, 3.1 Flash Image). */
export const REFERENCE_TOKENS = 1120;

/**
 * Prompt tokens of one large thought signature. Not published; allowed for as four times the most thought tokens of
 * a recorded answer (530). What it costs beyond goes to the overrun.
 */
export const SIGNATURE_TOKENS = 2048;

/** Roles and separators around a part. */
const PART_TOKENS = 8;

const MILLION = 1_000_000;

const SIZES: readonly Size[] = ['512', '1K', '2K', '4K'];

/** Output tokens of a picture. A size that is not published counts as the next larger one. */
export function imageTokensOf(model: CatalogModel, size: Size): number | undefined {
  const published = SIZES.slice(SIZES.indexOf(size)).find((larger) => model.imageTokens[larger] !== undefined);
  return published && model.imageTokens[published];
}

/** Output tokens of a picture at most: the higher of the counts that are known for its size. */
function mostImageTokensOf(model: CatalogModel, size: Size): number | undefined {
  const published = imageTokensOf(model, size);
  return published && Math.max(published, model.imageTokensSeen?.[size] ?? 0);
}

/** Counts of more than so many times a model's limits are a mistake of the provider's and no bill. */
const BELIEVABLE = 32;

/**
 * Whether an answer can be settled by these counts. It cannot by negative or absurd ones, nor by fewer image tokens than
 * its pictures have: some providers leave them out, and the pictures would then be charged as text or not at all. Counts
 * over the model's limits are odd as well, but may be a bill, so they are settled by.
 *
 * @param pictures How many the answer brought, drafts not counted: those are not charged.
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
 * What `maxOutputTokens` goes up as, so that an answer cannot cost more than was reserved for it: the caller's own, or
 * the picture and room for its thoughts.
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

/**
 * What a finished call cost.
 *
 * @param usage As the provider counted. Only token tables look at it: the others charge for the call or the picture.
 * @returns Nothing where the table has no price for such a request.
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
 * What a request costs at worst, with the dearest of the tables it may be charged by. A table that has no price for
 * it fails the whole: the caller leaves out the providers he will not try.
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
 * What a request costs at worst by one table: every bound reached, every allowance used. All of the output that is
 * allowed counts at the dearest rate of output, since a provider may draw several pictures within it.
 */
export function worstMicrosAt(table: PriceTable, request: GenerateRequest, model: CatalogModel): number | undefined {
  if (table.kind !== 'token') return costMicros(table, request, NOTHING_USED);
  const imageTokens = mostImageTokensOf(model, request.size);
  if (imageTokens === undefined) return undefined;
  // A cap that is smaller than a picture is no reason to believe that none will come.
  const output = Math.max(imageTokens, maxOutputTokensOf(request, model) ?? model.outputTokenLimit);
  const searches = request.grounding ? GROUNDING_ALLOWANCE : 0;
  if (searches > 0 && table.perSearch === undefined) return undefined;
  const tokens =
    inputTokensBound(request, model) * table.inputPerMillion +
    output * Math.max(table.textOutPerMillion, table.imageOutPerMillion);
  return Math.ceil(tokens / MILLION) + searches * (table.perSearch ?? 0);
}

/** Prompt tokens at most. A token is at least one byte of UTF-8, and a prompt over the model's limit is refused free. */
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
