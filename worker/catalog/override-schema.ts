/** What an owner may write into the catalog, as valibot checks it; every message is a rule. */

import * as v from 'valibot';
import { KEYED_PROVIDERS, type ProviderName, SIZES } from './model.ts';

/** Ids go into paths, storage keys and logs. */
export const MODEL_ID = /^[a-z0-9][a-z0-9._-]{0,99}$/;
export const MODEL_ID_RULE = 'must be 1 to 100 of a-z 0-9 . _ - and start with a letter or digit';

const modelId = v.pipe(v.string('must be a string'), v.regex(MODEL_ID, MODEL_ID_RULE));
const text = v.pipe(v.string('must be a string'), v.trim(), v.nonEmpty('must not be empty'));
const day = v.pipe(v.string('must be a day such as 2026-10-06'), v.isoDate('must be a day such as 2026-10-06'));
const wholeNumber = (min: number, rule: string) => v.pipe(v.number(rule), v.safeInteger(rule), v.minValue(min, rule));
const micros = wholeNumber(0, 'must be a whole number of micro-dollars');
const tokens = wholeNumber(1, 'must be a whole number of tokens');
const milliseconds = wholeNumber(1, 'must be a whole number of milliseconds');

const sizes = v.pipe(
  v.array(v.picklist(SIZES, `must be one of ${SIZES.join(', ')}`), 'must be a list of sizes'),
  v.minLength(1, 'must hold at least one size'),
  v.check((list) => new Set(list).size === list.length, 'must not repeat a size'),
  v.check(
    (list) => list.every((size, at) => SIZES.indexOf(size) >= SIZES.indexOf(list[at - 1] ?? size)),
    'must start with the smallest',
  ),
);
const bySize = <T extends v.GenericSchema>(value: T) =>
  strict({
    '512': v.exactOptional(value),
    '1K': v.exactOptional(value),
    '2K': v.exactOptional(value),
    '4K': v.exactOptional(value),
  });

const SOURCE = { source: text, since: day, confirmed: v.exactOptional(day), until: v.exactOptional(day) };

const PRICES = v.variant(
  'kind',
  [
    strict({
      ...SOURCE,
      kind: v.literal('token'),
      inputPerMillion: micros,
      textOutPerMillion: micros,
      imageOutPerMillion: micros,
      perSearch: v.exactOptional(micros),
    }),
    strict({ ...SOURCE, kind: v.literal('call'), perCall: micros }),
    strict({
      ...SOURCE,
      kind: v.literal('image'),
      perImage: bySize(micros),
      grounding: v.exactOptional(micros),
      highThinking: v.exactOptional(micros),
    }),
  ],
  'must be a price table of the kind token, call or image',
);

/** `since` and `until` were once called `date` and `validUntil`; the old names are still accepted. */
const withNewNames = (table: unknown): unknown => {
  if (typeof table !== 'object' || table === null) return table;
  const { date, validUntil, ...rest } = table as Record<string, unknown>;
  return {
    ...(date !== undefined && { since: date }),
    ...(validUntil !== undefined && { until: validUntil }),
    ...rest,
  };
};

const prices = v.pipe(
  v.array(v.unknown(), 'must be a list of price tables'),
  v.transform((tables) => tables.map(withNewNames)),
  v.array(PRICES),
);

const OFFER = strict({ wireId: text, prices });
const OFFER_CHANGE = strict({ wireId: v.exactOptional(text), prices: v.exactOptional(prices) });
const byProvider = <T extends v.GenericSchema>(offer: T) =>
  strict(
    Object.fromEntries([...KEYED_PROVIDERS, 'demo'].map((name) => [name, v.exactOptional(offer)])) as Record<
      ProviderName,
      v.ExactOptionalSchema<T, undefined>
    >,
  );

const FIELDS = {
  displayName: text,
  description: text,
  aliases: v.array(modelId, 'must be a list of ids'),
  sizes,
  aspectRatios: v.pipe(
    v.array(
      v.pipe(v.string('must be a string'), v.regex(/^[1-9]\d?:[1-9]\d?$/, 'must be a ratio such as 16:9')),
      'must be a list of ratios',
    ),
    v.minLength(1, 'must hold at least one ratio'),
  ),
  maxReferences: wholeNumber(0, 'must be a whole number of pictures'),
  grounding: v.array(v.picklist(['web', 'image'], 'must be web or image'), 'must be a list of web and image'),
  thinkingLevels: v.array(text, 'must be a list of levels'),
  thinks: v.boolean('must be true or false'),
  imageTokens: bySize(tokens),
  imageTokensSeen: v.exactOptional(bySize(tokens)),
  inputTokenLimit: tokens,
  outputTokenLimit: tokens,
  outputCap: v.nullable(strict({ base: tokens, highThinking: tokens })),
  expectedMs: bySize(milliseconds),
};

/** A complete model, whether it is new, copied or changed. */
export const MODEL = v.pipe(
  strict({
    ...FIELDS,
    id: modelId,
    defaultThinkingLevel: v.exactOptional(text),
    offers: byProvider(OFFER),
    end: v.exactOptional(day),
    successor: v.exactOptional(modelId),
  }),
  v.check(
    ({ defaultThinkingLevel: level, thinkingLevels }) => level === undefined || thinkingLevels.includes(level),
    'defaultThinkingLevel must be one of thinkingLevels',
  ),
);

/** A change to a model: any of its fields, and `basedOn`. */
export const CHANGE = strict({
  ...v.partial(v.object(FIELDS)).entries,
  basedOn: v.exactOptional(modelId),
  defaultThinkingLevel: v.exactOptional(v.nullable(text)),
  offers: v.exactOptional(byProvider(v.nullable(OFFER_CHANGE))),
  end: v.exactOptional(v.nullable(day)),
  successor: v.exactOptional(v.nullable(modelId)),
});

export type ModelChange = v.InferOutput<typeof CHANGE>;
export type OfferChange = v.InferOutput<typeof OFFER_CHANGE>;

/** An object schema whose error for an unknown field lists the accepted ones. */
function strict<T extends v.ObjectEntries>(entries: T) {
  return v.strictObject(entries, (issue) => objectRule(issue, Object.keys(entries)));
}

function objectRule(issue: v.StrictObjectIssue, accepted: readonly string[]): string {
  if (issue.expected === 'never') return `is not known here; accepted: ${accepted.join(', ')}`;
  return issue.expected === 'Object' ? 'must be an object' : 'must be given';
}
