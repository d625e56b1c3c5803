/**
 * One form of an answer made from another. It all happens on skeletons: pictures are carried along as notes, never
 * read. Between SSE and array every unit becomes one unit; a stream becomes one JSON object when it has ended.
 */
import { createEventJoiner } from './event-joiner.ts';
import { frame, toEvent } from './frame.ts';
import { createMerger } from './merge.ts';
import { parseChunk, type Value } from './payload.ts';
import type { Chunk, Form } from './skeleton.ts';

export { frame } from './frame.ts';

/** Takes chunks of one form as they come and gives out chunks of another. */
export interface Deriver {
  /** @returns What can be told already, often nothing. */
  push(chunk: Chunk): Chunk[];
  /** Whether words are held back that may wait for a moment only. */
  readonly holdsWords: boolean;
  /** The moment is over: gives out the words. */
  release(): Chunk[];
  /** The source form has ended. */
  end(): Chunk[];
  /** All that is held back, but not the end of the form: an error follows, or the source has been silent for too long. */
  flush(): Chunk[];
}

/** Nothing is held back for a moment, and nothing but the end is held back at all. */
const HOLDS_NOTHING = { holdsWords: false, release: () => [], flush: () => [] };

/** @param from The same as `to`: JSON and arrays pass untouched, byte for byte, events where nothing is joined to them. */
export function createDeriver(from: Form, to: Form): Deriver {
  if (to === 'sse') return createEventDeriver(from);
  if (to === 'array') return from === 'array' ? createArrayPassing() : createArrayDeriver(from);
  return from === 'json' ? { ...HOLDS_NOTHING, push: (chunk) => [chunk], end: () => [] } : createJsonDeriver(from);
}

/** All of an answer in another form. */
export function deriveForm(chunks: readonly Chunk[], from: Form, to: Form): Chunk[] {
  const deriver = createDeriver(from, to);
  return [...chunks.flatMap((chunk) => deriver.push(chunk)), ...deriver.end()];
}

/** The end of an array stream. */
export const closing = (isEmpty: boolean): Chunk => [isEmpty ? '[]' : '\n]'];

/** The closing bracket waits for the end: an answer that fails after it must have its error inside. */
function createArrayPassing(): Deriver {
  let waiting: Chunk[] = [];
  return {
    ...HOLDS_NOTHING,
    push(chunk) {
      const chunks = [...waiting, chunk];
      const holdsValue = chunk.some((segment) => typeof segment !== 'string' || segment.includes('{'));
      waiting = holdsValue ? [] : chunks;
      return holdsValue ? chunks : [];
    },
    end: () => waiting,
  };
}

function createArrayDeriver(from: Form): Deriver {
  let count = 0;
  return {
    ...HOLDS_NOTHING,
    push: (chunk) => messagesOf(chunk, from).map((message) => frame(message, 'array', count++ === 0)),
    end: () => [closing(count === 0)],
  };
}

function createEventDeriver(from: Form): Deriver {
  const joiner = createEventJoiner();
  return {
    push(chunk) {
      const messages = messagesOf(chunk, from);
      const isOne = from === 'sse' && messages.length === 1;
      return messages.flatMap((message) =>
        joiner.push(message, isOne ? toEvent(chunk, message) : frame(message, 'sse', false)),
      );
    },
    get holdsWords() {
      return joiner.holdsWords;
    },
    release: joiner.release,
    end: joiner.end,
    flush: joiner.end,
  };
}

function createJsonDeriver(from: Form): Deriver {
  const merger = createMerger();
  return {
    ...HOLDS_NOTHING,
    push(chunk) {
      for (const message of messagesOf(chunk, from)) merger.add(message);
      return [];
    },
    end: () => [frame(merger.merged(), 'json', true)],
  };
}

/** Objects one after the other, in place of one, as the one that they are together. */
export function asOneObject(chunks: readonly Chunk[]): Chunk[] {
  const messages = chunks.length > 1 ? chunks.flatMap((chunk) => parseChunk(chunk, 'json') ?? []) : [];
  if (messages.length < 2) return [...chunks];
  const merger = createMerger();
  for (const message of messages) merger.add(message);
  return [frame(merger.merged(), 'json', true)];
}

/** A comment or a bracket means nothing in another form; an error may come as a list of one. */
export function messagesOf(chunk: Chunk, form: Form): Value[] {
  const value = parseChunk(chunk, form);
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
