/**
 * Values that say nothing. In protobuf's JSON an absent field, `null`, an empty list or object and a type's default
 * mean the same. Many clients always send some of them: LangChain `stopSequences: []`, the AI SDK `presencePenalty: 0`,
 * AI Studio's exports `aspectRatio: ""`.
 */

/** Deeper than any field of Google. A value that goes deeper is not neutral, and is refused by name. */
const MAX_DEPTH = 8;

/** Whether a value is a default of its type, at every depth. */
export function saysNothing(value: unknown, depth = MAX_DEPTH): boolean {
  if (value === null || value === undefined || value === 0 || value === false) return true;
  if (typeof value === 'string') return isUnset(value);
  if (typeof value !== 'object' || depth === 0) return false;
  return Object.values(value).every((member) => saysNothing(member, depth - 1));
}

/** Whether a string is empty, or the name that Google's enums have for an unset value: `…_UNSPECIFIED`. */
export const isUnset = (value: unknown): boolean =>
  value === '' || (typeof value === 'string' && /^[A-Z][A-Z0-9_]{0,63}_UNSPECIFIED$/i.test(value));

/** For a field whose presence switches it on, such as a tool: an empty object is not neutral there. */
export const isAbsent = (value: unknown): boolean => value === null;

/** For a list: an empty one is neutral. */
export const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
