/**
 * Values that say nothing. In protobuf's JSON an absent field, `null`, an empty list or object and a type's default are
 * one and the same, and many clients always send some fields so: LangChain `stopSequences: []`, the AI SDK
 * `presencePenalty: 0`, AI Studio's exports `aspectRatio: ""`.
 */

/** Deeper than any field of Google's. What goes deeper says something, and is refused by name. */
const MAX_DEPTH = 8;

/** Whether a value is a default of its type, all the way down. */
export function saysNothing(value: unknown, depth = MAX_DEPTH): boolean {
  if (value === null || value === undefined || value === 0 || value === false) return true;
  if (typeof value === 'string') return isUnset(value);
  if (typeof value !== 'object' || depth === 0) return false;
  return Object.values(value).every((member) => saysNothing(member, depth - 1));
}

/** Whether a string is empty, or the name that every enum of Google's has for not being set. */
export const isUnset = (value: unknown): boolean =>
  value === '' || (typeof value === 'string' && /^[A-Z][A-Z0-9_]{0,63}_UNSPECIFIED$/i.test(value));

/** Of a field that is switched on by being there, such as a tool: there, an empty object says something. */
export const isAbsent = (value: unknown): boolean => value === null;

/** Of a list: that it is empty. */
export const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
