/** An API client as its owner makes it: data in KV under `client:{hash of its key}`, checked when written and when read. */
import * as v from 'valibot';
import { parseJson } from '../shared/json.ts';
import { DOLLAR } from '../shared/money.ts';
import { dollars, MAX_COUNT, wholeFrom } from '../sites/record-schema.ts';
import type { Client } from './caller.ts';

const NAME_RULE = 'must have 1 to 32 of A-Z, a-z, 0-9, _ and -';
const COUNT_RULE = `must be a whole number of pictures from 1 to ${MAX_COUNT}`;
const TIME_RULE = 'must be a time such as 2027-01-31T00:00:00Z';
const AUDIENCE_RULE = 'must be own (pictures of its own) or site (it shares the pictures of the site’s visitors)';
const TAKES_RULE = 'must be named (the same request gives the same picture) or fresh (a new picture each time)';
const MODELS_RULE = 'must name models, or be left out for all of the site';

const time = v.pipe(v.string(TIME_RULE), v.isoTimestamp(TIME_RULE));

/** The form lets 30 February through, which would be 2 March. */
function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

/** What an owner says of a client. */
export const CLIENT_WISH = v.strictObject({
  name: v.pipe(v.string(NAME_RULE), v.regex(/^[A-Za-z0-9_-]{1,32}$/, NAME_RULE)),
  site: v.exactOptional(v.string('must be the id of a site')),
  models: v.exactOptional(v.pipe(v.array(v.string(MODELS_RULE), MODELS_RULE), v.nonEmpty(MODELS_RULE))),
  perMinute: v.exactOptional(wholeFrom(1, MAX_COUNT, COUNT_RULE)),
  dailyUsd: v.exactOptional(dollars),
  expiresAt: v.exactOptional(v.pipe(time, v.check(isDay, 'must be a day that the calendar has'))),
  audience: v.exactOptional(v.picklist(['own', 'site'], AUDIENCE_RULE)),
  takes: v.exactOptional(v.picklist(['named', 'fresh'], TAKES_RULE)),
});

const CLIENT_RECORD = v.strictObject({
  ...CLIENT_WISH.entries,
  expiresAt: v.exactOptional(time),
  site: v.string(),
  audience: v.picklist(['own', 'site']),
  takes: v.picklist(['named', 'fresh']),
  createdAt: time,
});
export type ClientRecord = v.InferOutput<typeof CLIENT_RECORD>;

/** Reads the text of a record. @returns undefined where it breaks a rule. */
export function parseClientRecord(text: string): ClientRecord | undefined {
  const parsed = v.safeParse(CLIENT_RECORD, parseJson(text));
  return parsed.success ? parsed.output : undefined;
}

/** Whether a client's key has ended. @param now Unix milliseconds. */
export const hasExpired = ({ expiresAt }: Pick<ClientRecord, 'expiresAt'>, now: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now;

/** A client as its key identifies it. `site`: the id of its site. */
export type KnownClient = Omit<Client, 'kind' | 'site'> & { site: string };

/** What a record means for the gate. */
export function clientOf({ name, site, models, perMinute, dailyUsd, audience, takes }: ClientRecord): KnownClient {
  return {
    ...{ name, site },
    ...(models && { models }),
    ...(perMinute !== undefined && { perMinute }),
    ...(dailyUsd !== undefined && { dayBudgetMicros: Math.round(dailyUsd * DOLLAR) }),
    ...(takes === 'fresh' && { fresh: true as const }),
    ...(audience === 'site' && { joinsSite: true as const }),
  };
}
