import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { KEY_CHECK_REQUEST, PRICE_REQUEST } from './requests.ts';

const PRICE = v.strictObject({
  ...{ provider: v.string(), model: v.string(), displayName: v.string() },
  /** Micro-dollars of one picture by size, without its words. */
  bySize: v.record(v.string(), v.number()),
  /** Micro-dollars for a call, a picture or a million tokens, by name. */
  figures: v.record(v.string(), v.number()),
  ...{ source: v.string(), confirmed: v.string(), until: v.exactOptional(v.string()) },
  state: v.picklist(['fresh', 'stale', 'ends', 'ended']),
});

export const KEYS_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/keys' },
    summary:
      'The providers’ keys by place and how they stand, never themselves, and the prices by which they are counted.',
    answer: v.strictObject({
      demo: v.boolean(),
      keys: v.array(
        v.strictObject({
          ...{ provider: v.string(), place: v.number() },
          /** The first eight hexadecimal digits of the key’s SHA-256. */
          tag: v.string(),
          state: v.picklist(['ready', 'trying', 'rests', 'stopped']),
          /** Unix milliseconds, as is `until`. */
          ...{ since: v.exactOptional(v.number()), until: v.exactOptional(v.number()) },
          ...{ why: v.exactOptional(v.string()), status: v.exactOptional(v.number()) },
          model: v.exactOptional(v.string()),
        }),
      ),
      providers: v.array(
        v.strictObject({
          ...{ provider: v.string(), variable: v.string() },
          ...{ checkable: v.boolean(), used: v.boolean() },
        }),
      ),
      prices: v.array(PRICE),
    }),
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/keys/check', body: KEY_CHECK_REQUEST },
    summary: 'Asks a provider by one free call whether it takes a key.',
    answer: v.strictObject({
      outcome: v.picklist(['works', 'refused', 'unclear', 'no_free_call']),
      ...{ trouble: v.exactOptional(v.string()), status: v.exactOptional(v.number()) },
    }),
  },
  {
    ...{ method: 'put', path: '/peel/admin/api/prices/:provider/:model', body: PRICE_REQUEST },
    summary: 'Confirms a price today, or corrects its figures from today on. It holds everywhere within a minute.',
    answer: PRICE,
  },
];
