/** What a change of a site's record did to the fields whose values may be told: short, and no words of the owner's. */

/** A value before and after a change. null: the record did not name the field. */
export type ChangedValue = readonly [before: Shown | null, after: Shown | null];
type Shown = string | number | boolean;

/** Groups and fields of amounts, choices and addresses of pages. A prompt, a notice or an e-mail address is none. */
const TOLD =
  /^(budgets\.\w+|limits\.\w+|look\.\w+|origins|models|defaultModel|sizes|proof|promptMode|grounding|retention|showPrices|label|adultsDeclared|paused)$/;
/** Characters. A longer value is told by its field's name alone. */
const MAX_LENGTH = 120;

/**
 * @param before Absent: there was no record.
 * @param fields Those that changed, such as `budgets.dailyUsd`.
 */
export function changedValues(
  before: object | undefined,
  after: object,
  fields: readonly string[],
): Record<string, ChangedValue> {
  const told = fields.flatMap((field) => {
    if (!TOLD.test(field)) return [];
    const pair = [shownOf(before ?? {}, field), shownOf(after, field)] as const;
    return pair.includes(undefined) ? [] : [[field, pair as ChangedValue] as const];
  });
  return Object.fromEntries(told);
}

/** @returns undefined for a value that is not told. */
function shownOf(record: object, field: string): Shown | null | undefined {
  let value: unknown = record;
  for (const name of field.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const text = Array.isArray(value) ? value.join(', ') : value;
  return typeof text === 'string' && text.length <= MAX_LENGTH ? text : undefined;
}
