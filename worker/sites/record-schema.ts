/** What the schemas of an owner's data have in common, and how a broken rule is told. */
import * as v from 'valibot';
import { type Failure, invalidField } from '../shared/failure.ts';

/** A rule that a record breaks. `field` is a path such as `budgets.dailyUsd`. */
export interface RecordProblem {
  field: string;
  rule: string;
  /** Names that stand in its place; absent where the field is known. */
  accepted?: string[];
}

const MAX_DOLLARS = 1_000_000;
const DOLLARS_RULE = `must be an amount of dollars from 0 to ${MAX_DOLLARS}, such as 5 or 0.25`;

export const MAX_COUNT = 1_000_000;

/** A whole number from `least` to `most`. */
export const wholeFrom = (least: number, most: number, rule: string) =>
  v.pipe(v.number(rule), v.integer(rule), v.minValue(least, rule), v.maxValue(most, rule));

export const dollars = v.pipe(
  v.number(DOLLARS_RULE),
  v.minValue(0, DOLLARS_RULE),
  v.maxValue(MAX_DOLLARS, DOLLARS_RULE),
);

/** An object with fields of these names alone. */
export type Fields = v.StrictObjectSchema<v.ObjectEntries, undefined>;

/** Checks a value by a schema of an object. Valibot alone takes an array for an object without fields. */
export const parseFields = <S extends Fields>(schema: S, value: unknown) =>
  v.safeParse(schema, Array.isArray(value) ? undefined : value);

/** How an issue reads of a schema whose messages are rules, such as `must be a list`. */
export function problemOf(issue: v.BaseIssue<unknown>, schema: Fields): RecordProblem {
  const field = v.getDotPath(issue) ?? 'body';
  if (issue.type !== 'strict_object') return { field, rule: issue.message };
  if (issue.expected === 'never') {
    return { field, rule: 'is not known here', accepted: namesBeside(issue.path ?? [], schema) };
  }
  return { field, rule: issue.expected === 'Object' ? 'must be an object' : 'must be given' };
}

/** The refusal of a value with a problem. */
export const failureOf = ({ field, rule, accepted }: RecordProblem): Failure =>
  accepted ? { reason: 'UNKNOWN_FIELD', field, accepted } : invalidField(field, `${rule}.`);

/** The parts of Valibot's schemas that lead from an object to one in it. */
interface Step {
  kind: string;
  entries?: Record<string, Step>;
  item?: Step;
  wrapped?: Step;
  pipe?: readonly Step[];
}

/** What the object takes that has the last name of a path. */
function namesBeside(path: readonly { key: unknown }[], schema: Step): string[] {
  const objectOf = (step: Step | undefined): Step | undefined => {
    const inner = step?.wrapped ?? step?.pipe?.findLast(({ kind }) => kind === 'schema');
    return inner && inner !== step ? objectOf(inner) : step;
  };
  let at = objectOf(schema);
  for (const { key } of path.slice(0, -1)) at = objectOf(at?.item ?? at?.entries?.[String(key)]);
  return Object.keys(at?.entries ?? {});
}
