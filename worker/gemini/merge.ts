/**
 * The messages of a stream as the one message that `generateContent` would have answered: parts in order, with text
 * that was cut into pieces joined again; of everything else the last word counts.
 */
import { at, candidateOf, fieldOf, listOf, partsOf, textOf } from './names.ts';
import { type Fields, isFields, type Value } from './payload.ts';

export interface Merger {
  add(message: Value): void;
  merged(): Value;
}

/** @param joinsText Whether text that was cut into pieces becomes one part again; else parts stay as they came. */
export function createMerger({ joinsText = true } = {}): Merger {
  const message: Fields = {};
  const candidate: Fields = {};
  const content: Fields = {};
  const parts: Value[] = [];
  let hasCandidate = false;
  let hasParts = false;

  return {
    add(next) {
      if (!isFields(next)) return;
      overlay(message, next, ['candidates']);
      const nextCandidate = candidateOf(next);
      if (listOf(at(next, 'candidates')).length > 0) hasCandidate = true;
      if (isFields(nextCandidate)) overlay(candidate, nextCandidate, ['content']);
      const nextContent = fieldOf(nextCandidate, 'content');
      if (!isFields(nextContent)) return;
      overlay(content, nextContent, ['parts']);
      if (Array.isArray(fieldOf(nextContent, 'parts'))) hasParts = true;
      for (const part of partsOf(next)) joinsText ? addPart(parts, part) : parts.push(part);
    },
    merged() {
      if (!hasCandidate) return message;
      const hasContent = hasParts || Object.keys(content).length > 0;
      const whole = { ...(hasContent && { content: { ...(hasParts && { parts }), ...content } }), ...candidate };
      return { candidates: [whole], ...message };
    },
  };
}

/** Later fields win, but an empty one (`groundingMetadata: {}` comes with every chunk) does not undo a filled one. */
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

/** Text and nothing else but whether it is a thought. */
const isPlainText = (part: Value): boolean =>
  isFields(part) &&
  textOf(part.text) !== undefined &&
  Object.keys(part).every((key) => key === 'text' || key === 'thought');

const isThought = (part: Value): boolean => fieldOf(part, 'thought') === true;
