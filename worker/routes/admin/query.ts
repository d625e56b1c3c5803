import type { Context } from 'hono';
import * as v from 'valibot';
import type { App } from '../../http/failure-response.ts';
import { fail, type Result, succeed } from '../../shared/failure.ts';
import { dayOf } from '../../shared/utc.ts';
import { type Fields, failureOf, problemOf } from '../../sites/record-schema.ts';
import { DEFAULT_SITE } from '../../sites/sites.ts';

/**
 * Reads the query of an address by a schema whose messages are rules, such as `must be a whole number`.
 *
 * @returns The first violation with its field and rule. Of a name that comes twice the last value counts.
 */
export function readQuery<S extends Fields>(c: Context<App>, schema: S): Result<v.InferOutput<S>> {
  const parsed = v.safeParse(schema, Object.fromEntries(new URL(c.req.url).searchParams));
  if (parsed.success) return succeed(parsed.output);
  return fail(failureOf(problemOf(parsed.issues[0], schema)));
}

export const SITE_QUERY = v.strictObject({ site: v.optional(v.string(), DEFAULT_SITE) });

/** A whole number as an address has it. */
export function wholeNumber(least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most}`;
  const digits = v.pipe(v.string(), v.regex(/^\d{1,9}$/, rule), v.transform(Number));
  return v.pipe(digits, v.minValue(least, rule), v.maxValue(most, rule));
}

/** What {@link FORMAT} means, for the API's document. */
export const FORMAT_MEANING = '`json` or `csv`. Default: as `Accept` says.';

/** How a table is asked for. Absent: `Accept` says. */
export const FORMAT = v.optional(v.picklist(['json', 'csv'], 'must be json or csv'));

const DAY_RULE = 'must be a UTC day, such as 2026-11-29';

/** A UTC day that there is. */
export const DAY = v.pipe(
  v.string(),
  v.check((day) => /^\d{4}-\d\d-\d\d$/.test(day) && isDay(day), DAY_RULE),
);

function isDay(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && dayOf(at) === text;
}
