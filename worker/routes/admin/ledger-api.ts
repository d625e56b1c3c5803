import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { PAUSE_REQUEST } from './requests.ts';

const micros = v.pipe(v.number(), v.integer());

const optional = v.exactOptional(v.number());

/** Sums of a ledger, in micro-dollars. */
export const SUMS = {
  ...{ settledMicros: micros, heldMicros: micros, overrunMicros: micros, owedMicros: micros },
  ...{ monthSettledMicros: micros, monthHeldMicros: micros, monthOverrunMicros: micros, monthOwedMicros: micros },
  ...{ dayCapMicros: micros, monthCapMicros: micros },
};

export const USAGE = v.array(
  v.strictObject({
    ...{ day: v.string(), model: v.string(), size: v.string(), provider: v.string(), pictures: v.number() },
    ...{ costMicros: micros, overrunMicros: micros, visitorMicros: micros },
    ...{ declined: v.number(), unknown: v.number(), unknownMicros: micros },
    /** Pictures by how long they took: seconds, in steps. */
    waits: v.record(v.string(), v.number()),
  }),
);
export const HOURS = v.array(v.strictObject({ hour: v.string(), name: v.string(), count: v.number() }));
export const MEDIANS = v.array(v.strictObject({ model: v.string(), size: v.string(), ms: v.number() }));
export const PURSES = v.array(v.strictObject({ purse: v.string(), settledMicros: micros, heldMicros: micros }));
export const OWED = v.strictObject({ dayMicros: micros, monthMicros: micros });

const REPORT = {
  ...{ day: v.string(), ...SUMS, paused: v.boolean(), usage: USAGE, hours: HOURS },
  open: v.array(v.strictObject({ id: v.string(), micros, leaseUntil: v.number() })),
  generations: v.array(
    v.strictObject({
      ...{ at: v.number(), run: v.string(), id: v.string(), model: v.string(), costMicros: micros },
      ...{ keepUntil: v.number(), waitMs: optional, heldMicros: optional, deletedAt: optional },
      ...{ file: v.exactOptional(v.string()), size: v.exactOptional(v.string()) },
      ...{ provider: v.exactOptional(v.string()), client: v.exactOptional(v.string()) },
      ...{ prefix: v.exactOptional(v.string()), onWall: v.exactOptional(v.literal(true)) },
      tokens: v.exactOptional(v.strictObject({ input: v.number(), output: v.number() })),
    }),
  ),
};

export const LEDGER_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/ledger' },
    summary: 'Money spent, held and overrun, of a site and of the whole deployment, in micro-dollars.',
    query: { site: 'Id of the site. Default: `default`.' },
    answer: v.strictObject({
      site: v.strictObject({ ...REPORT, deploymentOwed: OWED, purses: PURSES, medians: MEDIANS }),
      /** `unheard`: sites whose ledger did not answer, which are in no sum. */
      deployment: v.strictObject({ ...REPORT, unheard: v.array(v.string()) }),
    }),
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/pause', body: PAUSE_REQUEST },
    summary: 'Stops or resumes paid work of a site (default: `default`) or of all, within five seconds.',
    answer: v.strictObject({
      scope: v.picklist(['site', 'deployment']),
      /** The site that was paused or resumed. */
      site: v.exactOptional(v.string()),
      /** Whether it is paused after this call: a site may be by its record or the deployment all the same. */
      paused: v.boolean(),
      /** What keeps a site paused that was to resume. */
      stillPausedBy: v.exactOptional(v.array(v.picklist(['record', 'deployment']))),
      /** Sites that have not heard it yet. They are told until they have. */
      unheard: v.exactOptional(v.array(v.string())),
      /** What those may spend at most before they hear it, in micro-dollars. */
      unheardMicros: v.exactOptional(micros),
    }),
  },
];
