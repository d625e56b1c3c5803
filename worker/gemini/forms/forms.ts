/**
 * Makes one form of an answer from another. It works on skeletons: pictures are carried along as `Lifted`, never
 * read. Between SSE and array every unit becomes one unit; a stream becomes one JSON object when it has ended.
 */
import type { Form } from '../../request/target.ts';
import { frame, toEvent } from '../lift/frame.ts';
import type { Chunk } from '../lift/skeleton.ts';
import { inCamelCase } from './camel-case.ts';
import { createEventJoiner } from './event-joiner.ts';
import { createMerger } from './merge.ts';
import { parseChunk } from './payload.ts';
import type { Value } from './value.ts';

export { frame } from '../lift/frame.ts';

/** Takes chunks of one form as they come and gives out chunks of another. */
export interface Deriver {
  /** @returns The units that can be sent already, often none. */
  push(chunk: Chunk): Chunk[];
  /** Whether an event with text is held back that may wait for a moment only. */
  readonly holdsWords: boolean;
  /** Gives out the event that {@link holdsWords}, because its moment is over. */
  release(): Chunk[];
  /** The source has ended: gives out the rest and the end of the form. */
  end(): Chunk[];
  /** Gives out all that is held back, without the form's end: an error follows, or the source is silent too long. */
  flush(): Chunk[];
}

/** For derivers that hold back nothing, or only the end of their form. */
const HOLDS_NOTHING = { holdsWords: false, release: () => [], flush: () => [] };

/**
 * If `from` equals `to`, JSON and arrays pass byte for byte; events keep the bytes of their JSON, unless events are
 * joined or their JSON has line breaks. Units with names in snake_case are written anew in camelCase.
 */
export function createDeriver(from: Form, to: Form): Deriver {
  const deriver = createFormDeriver(from, to);
  const { push } = deriver;
  // Assigned and not spread: `holdsWords` is a getter.
  return Object.assign(deriver, { push: (chunk: Chunk) => push(inCamelCase(chunk, from)) });
}

function createFormDeriver(from: Form, to: Form): Deriver {
  if (to === 'sse') return createEventDeriver(from);
  if (to === 'array') return from === 'array' ? createArrayPassing() : createArrayDeriver(from);
  return from === 'json' ? { ...HOLDS_NOTHING, push: (chunk) => [chunk], end: () => [] } : createJsonDeriver(from);
}

/** A whole answer in another form. */
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

/** Merges objects that follow one another where one was expected. A single object passes as it is. */
export function asOneObject(chunks: readonly Chunk[]): Chunk[] {
  const messages = chunks.length > 1 ? chunks.flatMap((chunk) => parseChunk(chunk, 'json') ?? []) : [];
  if (messages.length < 2) return [...chunks];
  const merger = createMerger();
  for (const message of messages) merger.add(message);
  return [frame(merger.merged(), 'json', true)];
}

/** The messages of a unit: none for a comment or a closing bracket; a list (an error may be one) gives its elements. */
export function messagesOf(chunk: Chunk, form: Form): Value[] {
  const value = parseChunk(chunk, form);
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
