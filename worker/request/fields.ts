/**
 * Reads callers' JSON field by field, as protobuf's JSON mapping does (protobuf.dev/programming-guides/json): names in
 * camelCase or snake_case, `null` and unset values as absent, one value in place of a list, numbers as text. Every
 * refusal names the field by its full path, the rule, and the accepted values. Only fields that a shape names are read,
 * so neither deep nesting nor `__proto__` has an effect.
 */
import { type Failure, invalidField } from '../shared/failure.ts';
import { saysNothing } from './neutral.ts';

/** Collects a request's problems. Reading continues as if the field were absent; the caller gets the first problem. */
export class Problems {
  first: Failure | undefined;

  report(failure: Failure): undefined {
    this.first ??= failure;
    return undefined;
  }

  invalid(field: string, rule: string): undefined {
    return this.report(invalidField(field, rule));
  }
}

/** Whether a field's value means the same as an absent field. */
export type IsNeutral = (value: unknown) => boolean;

/** The fields an object may have. */
export interface Shape {
  names: readonly string[];
  /** Maps each spelling to its name. */
  spellings: ReadonlyMap<string, string>;
  /** Served fields by name: which values, besides `null`, count as absent. */
  neutral: ReadonlyMap<string, IsNeutral>;
  /** Google's other fields, in both spellings: dropped where they are neutral, else refused. */
  unserved: ReadonlyMap<string, IsNeutral>;
}

export const shape = (...names: string[]): Shape => ({
  names,
  spellings: new Map(namesBySpelling(names)),
  neutral: new Map(),
  unserved: new Map(),
});

/** @param more Also served, but not listed in a refusal, such as another way to say what a listed field says. */
export const alsoServed = (known: Shape, ...more: string[]): Shape => ({
  ...known,
  spellings: new Map([...known.spellings, ...namesBySpelling(more)]),
});

/**
 * @param more Google's fields that are not served: by name where any default is neutral, or with a rule of their own.
 */
export const alsoKnown = (known: Shape, ...more: (string | Record<string, IsNeutral>)[]): Shape => ({
  ...known,
  unserved: new Map([...known.unserved, ...rulesOf(more)]),
});

/** @param rules For served fields, such as strings and enums: which values count as absent. */
export const withNeutral = (known: Shape, rules: Record<string, IsNeutral>): Shape => ({
  ...known,
  neutral: new Map([...known.neutral, ...Object.entries(rules)]),
});

const rulesOf = (rules: readonly (string | Record<string, IsNeutral>)[]): (readonly [string, IsNeutral])[] =>
  rules
    .flatMap((rule) => (typeof rule === 'string' ? [[rule, saysNothing] as const] : Object.entries(rule)))
    .flatMap(([name, isNeutral]) => spellingsOf(name).map((spelling) => [spelling, isNeutral] as const));

const namesBySpelling = (names: readonly string[]): (readonly [string, string])[] =>
  names.flatMap((name) => spellingsOf(name).map((spelling) => [spelling, name] as const));

const spellingsOf = (name: string): string[] => [name, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];

/** An object after reading: known names in our one spelling, without absent fields. */
export interface Fields {
  path: string;
  values: ReadonlyMap<string, unknown>;
  problems: Problems;
}

/** A value and its path. */
export interface Located {
  path: string;
  value: unknown;
}

export function readFields({ value, path }: Located, accepted: Shape, problems: Problems): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return problems.invalid(path || 'body', 'must be a JSON object.');
  }
  const values = new Map<string, unknown>();
  const seen = new Set<string>();
  for (const [spelled, content] of Object.entries(value)) {
    const name = accepted.spellings.get(spelled);
    if (name === undefined) {
      const isNeutral = accepted.unserved.get(spelled);
      if (isNeutral && (content === null || isNeutral(content))) continue;
      return problems.report({ reason: 'UNKNOWN_FIELD', field: pathTo(path, spelled), accepted: accepted.names });
    }
    if (seen.has(name)) return problems.invalid(pathTo(path, name), 'must not be given in two spellings.');
    seen.add(name);
    if (content !== null && !accepted.neutral.get(name)?.(content)) values.set(name, content);
  }
  return { path, values, problems };
}

/** Refuses a dropped field by name where the part has no other: an empty part of a kind is still of that kind. */
export function reportDropped({ value, path }: Located, { unserved, names }: Shape, problems: Problems): void {
  const [spelled] = Object.entries(value as object).find(([name, field]) => field !== null && unserved.has(name)) ?? [];
  if (spelled !== undefined)
    problems.report({ reason: 'UNKNOWN_FIELD', field: pathTo(path, spelled), accepted: names });
}

export const has = (fields: Fields, name: string): boolean => fields.values.has(name);

/** The object in a field; nothing where the field is absent. */
export function readObject(fields: Fields, name: string, accepted: Shape): Fields | undefined {
  if (!has(fields, name)) return undefined;
  return readFields(locate(fields, name), accepted, fields.problems);
}

/** The values of a list field. One value that is no list stands for a list of one, as Google's own samples have it. */
export function readList(fields: Fields, name: string): Located[] {
  if (!has(fields, name)) return [];
  const { path, value } = locate(fields, name);
  if (!Array.isArray(value)) return [{ path, value }];
  return value.map((entry: unknown, index) => ({ path: `${path}[${index}]`, value: entry }));
}

export function readString(fields: Fields, name: string): string | undefined {
  if (!has(fields, name)) return undefined;
  const { path, value } = locate(fields, name);
  return typeof value === 'string' ? value : fields.problems.invalid(path, 'must be a string.');
}

export function readBoolean(fields: Fields, name: string): boolean | undefined {
  if (!has(fields, name)) return undefined;
  const { path, value } = locate(fields, name);
  return typeof value === 'boolean' ? value : fields.problems.invalid(path, 'must be true or false.');
}

/**
 * Reads a number, also one written as text. `min` and `max` are included. Infinity, which JSON writes as 1e999, is in
 * no range.
 *
 * @param clamps Whether a larger number counts as `max`.
 */
export function readNumber(
  fields: Fields,
  name: string,
  { min, max, whole = false, clamps = false }: { min: number; max: number; whole?: boolean; clamps?: boolean },
): number | undefined {
  if (!has(fields, name)) return undefined;
  const { path, value } = locate(fields, name);
  const given = toNumber(value);
  const number = clamps && given !== undefined && given < Number.POSITIVE_INFINITY ? Math.min(given, max) : given;
  if (number !== undefined && number >= min && number <= max && (!whole || Number.isInteger(number))) return number;
  return fields.problems.invalid(path, `must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}.`);
}

/** Reads one of the accepted names, in any letter case. @returns The name as `accepted` spells it. */
export function readName<T extends string>(
  { path, value }: Located,
  accepted: readonly T[],
  problems: Problems,
  because?: string,
): T | undefined {
  if (typeof value !== 'string') return problems.invalid(path, `must be one of the strings ${accepted.join(', ')}.`);
  const folded = value.toLowerCase();
  const name = accepted.find((candidate) => candidate.toLowerCase() === folded);
  return name ?? reportUnsupported(problems, path, value, accepted, because);
}

export function reportUnsupported(
  problems: Problems,
  field: string,
  value: string,
  accepted: readonly string[],
  because?: string,
): undefined {
  return problems.report({
    reason: 'UNSUPPORTED_VALUE',
    field,
    value: shown(value),
    accepted,
    ...(because !== undefined && { because }),
  });
}

export const locate = (fields: Fields, name: string): Located => ({
  path: pathTo(fields.path, name),
  value: fields.values.get(name),
});

/** The object without its `undefined` fields. */
export const present = <T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** Longest stretch of a caller's text that an answer repeats. */
const SHOWN_LENGTH = 64;

const shown = (text: string): string =>
  (text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text).toWellFormed();

function pathTo(path: string, name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `${path}[${JSON.stringify(shown(name))}]`;
  return path === '' ? shown(name) : `${path}.${shown(name)}`;
}

function toNumber(value: unknown): number | undefined {
  const isText = typeof value === 'string' && value.length <= 32 && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value);
  // Adding 0 turns -0 into 0.
  return typeof value === 'number' || isText ? Number(value) + 0 : undefined;
}
