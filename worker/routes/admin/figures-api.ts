import * as v from 'valibot';
import { ALARM } from './alarms-api.ts';
import type { ApiRoute } from './api-route.ts';
import { PICTURE } from './pictures-api.ts';
import { FORMAT_MEANING } from './query.ts';

const micros = v.pipe(v.number(), v.integer());
const count = v.pipe(v.number(), v.integer());

const COUNTS = {
  /** Pictures that were paid for, answers from kept pictures, and answers by a run that another request had started. */
  ...{ made: count, kept: count, joined: count },
  /** Refused by a rule, by the model, and failed. */
  ...{ refused: count, declined: count, failed: count },
  /** Calls whose outcome is not known, and what they count as. */
  ...{ unknown: count, unknownMicros: micros },
};

const MONEY = v.strictObject({
  /** Overruns included. */
  spentMicros: micros,
  ...{ heldMicros: micros, capMicros: micros, owedMicros: micros },
  /** About what it is expected to come to. null: too early to say. */
  expectedMicros: v.nullable(micros),
  /** Unix milliseconds. */
  ...{ reachedAt: v.exactOptional(v.number()), endsAt: v.number() },
});

const WAIT = v.strictObject({
  medianMs: v.nullable(v.number()),
  steps: v.array(v.strictObject({ uptoMs: v.nullable(v.number()), pictures: count })),
});

const REFUSALS = v.record(v.string(), count);
const ORIGINS = v.array(v.strictObject({ origin: v.string(), count, lastAt: v.number() }));
const PAUSED = { at: v.number(), who: v.string() };

const SITE = v.strictObject({
  site: v.string(),
  state: v.picklist(['live', 'paused', 'spent', 'broken', 'deleted']),
  paused: v.exactOptional(v.strictObject(PAUSED)),
  ...COUNTS,
  ...{ day: MONEY, month: MONEY, wait: WAIT, refusals: REFUSALS, refusedOrigins: ORIGINS, origins: ORIGINS },
  proofs: v.strictObject({ asked: count, passed: count, failed: count, unreachable: count }),
});

const CLIENT = v.strictObject({
  ...{ site: v.string(), name: v.string(), pictures: count, spentMicros: micros },
  ...{ capMicros: v.exactOptional(micros), lastUsedAt: v.exactOptional(v.number()) },
});

const UNREAD = v.array(v.string());

export const FIGURES_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/overview' },
    summary: 'Today, of all sites. With an `ETag`, and 304 for what has not changed.',
    headers: { 'If-None-Match': 'The ETag of the answer that is known.' },
    etag: '304',
    answer: v.strictObject({
      ...{ at: v.number(), day: v.string(), demo: v.boolean() },
      ...COUNTS,
      /** Present while all paid work is stopped. */
      paused: v.exactOptional(v.strictObject({ ...PAUSED, unheard: v.array(v.string()) })),
      ...{ today: MONEY, month: MONEY },
      held: v.strictObject({
        ...{ pictures: count, micros },
        ...{ oldestAt: v.exactOptional(v.number()), freeAt: v.exactOptional(v.number()) },
      }),
      /** By this hour of this weekday, median of five weeks. */
      usualMade: v.nullable(count),
      /** About what free answers would have cost. */
      savedMicros: micros,
      ...{ wait: WAIT, refusals: REFUSALS, sites: v.array(SITE), clients: v.array(CLIENT) },
      /** Sites whose ledger did not answer: they are in no sum. */
      unread: UNREAD,
      ...{ pictures: v.array(v.strictObject(PICTURE)), alarms: v.array(ALARM) },
    }),
  },
  {
    ...{ method: 'get', path: '/peel/admin/api/series' },
    summary: 'Sums by UTC day, oldest first. Its rows as CSV with `Accept: text/csv`.',
    csv: true,
    query: {
      site: 'Id of the site. Default: all.',
      days: 'Number of days until today, 1 to 397. Default: 30.',
      format: FORMAT_MEANING,
    },
    answer: v.strictObject({
      /** null: all sites. */
      site: v.nullable(v.string()),
      days: v.array(
        v.strictObject({
          day: v.string(),
          ...COUNTS,
          ...{ spentMicros: micros, medianWaitMs: v.nullable(v.number()) },
          rows: v.array(
            v.strictObject({
              ...{ site: v.string(), model: v.string(), size: v.string(), provider: v.string() },
              ...{ pictures: count, costMicros: micros },
            }),
          ),
          ...{ refusals: REFUSALS, errors: REFUSALS },
        }),
      ),
      unread: UNREAD,
    }),
  },
  {
    ...{ method: 'get', path: '/peel/admin/api/hours' },
    summary: 'One day by hour, of the last 40 days. As CSV with `Accept: text/csv`.',
    csv: true,
    query: {
      site: 'Id of the site. Default: all.',
      day: 'UTC, such as `2026-11-29`. Default: today.',
      format: FORMAT_MEANING,
    },
    answer: v.strictObject({
      /** null: all sites. */
      site: v.nullable(v.string()),
      day: v.string(),
      hours: v.array(v.strictObject({ hour: v.string(), ...COUNTS, spentMicros: micros })),
      unread: UNREAD,
    }),
  },
];
