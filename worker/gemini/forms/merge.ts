/**
 * Merges the messages of a stream into the one message that `generateContent` would have answered. Parts stay in
 * order, and text that was cut into pieces is joined again. For every other field the last value counts.
 */
import { fieldOf, isThought, listOf, textOf } from './names.ts';
import { type Fields, isFields, type Value } from './value.ts';

export interface Merger {
  add(message: Value): void;
  /** The message so far; more can be added afterwards. */
  merged(): Value;
}

/** One candidate, merged so far. */
interface Growing {
  fields: Fields;
  content: Fields;
  /** Absent: no list of parts has come, not even an empty one. */
  parts?: Value[];
}

/** @param joinsText Whether text that was cut into pieces becomes one part again. Default true. */
export function createMerger({ joinsText = true } = {}): Merger {
  const message: Fields = {};
  /** By index. Peel asks for one candidate; a provider that answers with more keeps them all. */
  const candidates = new Map<number, Growing>();

  function addCandidate(candidate: Fields, position: number): void {
    const growing = candidates.get(position) ?? { fields: {}, content: {} };
    candidates.set(position, growing);
    overlay(growing.fields, candidate, ['content']);
    const content = fieldOf(candidate, 'content');
    if (!isFields(content)) return;
    overlay(growing.content, content, ['parts']);
    const parts = fieldOf(content, 'parts');
    if (!Array.isArray(parts)) return;
    growing.parts ??= [];
    for (const part of parts) {
      if (joinsText) addPart(growing.parts, part);
      else if (!isNothing(part)) growing.parts.push(part);
    }
  }

  return {
    add(next) {
      if (!isFields(next)) return;
      overlay(message, next, ['candidates']);
      for (const [at, candidate] of listOf(fieldOf(next, 'candidates')).entries()) {
        if (!isFields(candidate)) continue;
        const { index } = candidate;
        addCandidate(candidate, typeof index === 'number' ? index : at);
      }
    },
    merged: () => (candidates.size === 0 ? message : { candidates: [...candidates.values()].map(whole), ...message }),
  };
}

function whole({ fields, content, parts }: Growing): Fields {
  const hasContent = parts !== undefined || Object.keys(content).length > 0;
  return { ...(hasContent && { content: { ...(parts && { parts }), ...content } }), ...fields };
}

/** Whether a part has no content, such as the empty text at the end of some streams. */
export const isNothing = (part: Value): boolean =>
  !isFields(part) || Object.entries(part).every(([key, value]) => key === 'thought' || value === '' || value === null);

/** Later fields win, but an empty one does not replace a filled one: `groundingMetadata: {}` comes with every chunk. */
function overlay(onto: Fields, next: Fields, except: readonly string[]): void {
  for (const [key, value] of Object.entries(next)) {
    if (except.includes(key)) continue;
    if (isEmpty(value) && Object.hasOwn(onto, key)) continue;
    Object.defineProperty(onto, key, { value, enumerable: true, configurable: true, writable: true });
  }
}

const isEmpty = (value: Value): boolean =>
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isFields(value) && Object.keys(value).length === 0);

/** A signature belongs to its own part, so a part that has one is never joined to another. */
function addPart(parts: Value[], part: Value): void {
  const last = parts.at(-1);
  if (last !== undefined && isPlainText(last) && isPlainText(part) && isThought(last) === isThought(part)) {
    parts[parts.length - 1] = {
      ...(last as Fields),
      text: `${textOf(fieldOf(last, 'text'))}${textOf(fieldOf(part, 'text'))}`,
    };
  } else {
    parts.push(part);
  }
}

/** Whether a part has only `text`, and perhaps `thought`. */
const isPlainText = (part: Value): boolean =>
  isFields(part) &&
  textOf(part.text) !== undefined &&
  Object.keys(part).every((key) => key === 'text' || key === 'thought');
