import type { Context } from 'hono';
import * as v from 'valibot';
import type { App } from '../../http/failure-response.ts';
import { fail, type Result, succeed } from '../../shared/failure.ts';

type Schema = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/**
 * Reads the query of an address by a schema whose messages are rules, such as `must be a whole number`.
 *
 * @returns The first violation with its field and rule. Of a name that comes twice the last value counts.
 */
export function readQuery<S extends Schema>(c: Context<App>, schema: S): Result<v.InferOutput<S>> {
  const parsed = v.safeParse(schema, Object.fromEntries(new URL(c.req.url).searchParams));
  if (parsed.success) return succeed(parsed.output);
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue) ?? 'query';
  if (issue.type === 'strict_object')
    return fail({ reason: 'UNKNOWN_FIELD', field, accepted: Object.keys(schema.entries) });
  return fail({ reason: 'INVALID_FIELD', field, rule: `${issue.message}.` });
}

/** A whole number as an address has it. */
export function wholeNumber(least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most}`;
  const digits = v.pipe(v.string(), v.regex(/^\d{1,9}$/, rule), v.transform(Number));
  return v.pipe(digits, v.minValue(least, rule), v.maxValue(most, rule));
}
