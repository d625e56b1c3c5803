/**
 * Checks of plain data that an earlier page, another tab or somebody's file has written. A check says what is wrong,
 * with the path of the field, or nothing.
 */
export type Check = (value: unknown, path: string) => string | undefined;

/** A check for each field of a type, so that a new field does not compile until it is checked. */
export type Fields<Type> = { readonly [Name in keyof Required<Type>]: Check };

/** @param rule How the sentence goes on after the path. */
export const must =
  (isGood: (value: unknown) => boolean, rule: string): Check =>
  (value, path) =>
    isGood(value) ? undefined : `${path} ${value === undefined ? 'must be given' : rule}.`;

export const text = must((value) => typeof value === 'string', 'must be text');
export const flag = must((value) => typeof value === 'boolean', 'must be true or false');
export const amount = must((value) => Number.isFinite(value) && Number(value) >= 0, 'must be a number from 0 on');
export const record = must(isRecord, 'must be an object');

export const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined ? undefined : check(value, path);

export const list =
  (check: Check, least = 0, most = 1000): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      return `${path} must be a list of ${least} to ${most}.`;
    }
    return firstOf(value, (item, at) => check(item, `${path}[${at}]`));
  };

/** An object whose every value passes the check. */
export const map =
  (check: Check): Check =>
  (value, path) =>
    record(value, path) ?? firstOf(Object.entries(value as object), ([name, each]) => check(each, `${path}.${name}`));

/** Fields that are not among these are dropped from the value. */
export const shape =
  <Type>(fields: Fields<Type>): Check =>
  (value, path) => {
    if (!isRecord(value)) return path ? record(value, path) : 'The data must be an object.';
    for (const name of Object.keys(value)) if (!Object.hasOwn(fields, name)) delete value[name];
    return firstOf(Object.entries<Check>(fields), ([name, check]) =>
      // The host page may have extended `Object.prototype`.
      check(Object.hasOwn(value, name) ? value[name] : undefined, path ? `${path}.${name}` : name),
    );
  };

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstOf<Item>(items: readonly Item[], check: (item: Item, at: number) => string | undefined) {
  for (let at = 0; at < items.length; at++) {
    const fault = check(items[at] as Item, at);
    if (fault) return fault;
  }
  return undefined;
}
