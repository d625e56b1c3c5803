import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { PAUSE_REQUEST } from './requests.ts';

const micros = v.pipe(v.number(), v.integer());

const REPORT = v.object({
  day: v.string(),
  ...{ settledMicros: micros, heldMicros: micros, overrunMicros: micros, owedMicros: micros },
  ...{ monthSettledMicros: micros, monthHeldMicros: micros, monthOverrunMicros: micros, monthOwedMicros: micros },
  ...{ dayCapMicros: micros, monthCapMicros: micros },
  paused: v.boolean(),
  open: v.array(v.object({ id: v.string(), micros, leaseUntil: v.number() })),
  usage: v.array(
    v.object({
      ...{ day: v.string(), model: v.string(), size: v.string(), provider: v.string() },
      ...{ pictures: v.number(), costMicros: micros, overrunMicros: micros },
    }),
  ),
  hours: v.array(v.object({ hour: v.string(), name: v.string(), count: v.number() })),
});

export const LEDGER_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/ledger' },
    summary: 'Money spent, held and overrun, of a site and of the whole deployment, in micro-dollars.',
    query: { site: 'Id of the site. Default: `default`.' },
    answer: v.object({ site: REPORT, deployment: REPORT }),
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/pause', body: PAUSE_REQUEST },
    summary: 'Stops or resumes paid work of a site (default: `default`) or of all, within five seconds.',
    answer: v.strictObject({
      scope: v.picklist(['site', 'deployment']),
      /** The site that was paused or resumed. */
      site: v.exactOptional(v.string()),
      paused: v.boolean(),
      /** Sites that have not heard it yet. They are told until they have. */
      unheard: v.exactOptional(v.array(v.string())),
    }),
  },
];
