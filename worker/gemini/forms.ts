/**
 * One form of an answer made from another. It all happens on skeletons: pictures are carried along as notes, never
 * read. Between SSE and array every unit becomes one unit; a stream becomes one JSON object when it has ended.
 */
import { createMerger } from './merge.ts';
import { parseChunk, toSegments, type Value } from './payload.ts';
import type { Chunk, Form } from './skeleton.ts';

/** Takes chunks of one form as they come and gives out chunks of another. */
export interface Deriver {
  /** @returns What can be told already, often nothing. */
  push(chunk: Chunk): Chunk[];
  /** The source form has ended. */
  end(): Chunk[];
}

/** @param from The same as `to`: chunks pass untouched, byte for byte. */
export function createDeriver(from: Form, to: Form): Deriver {
  if (from === to) return { push: (chunk) => [chunk], end: () => [] };
  if (to === 'json') return createJsonDeriver(from);
  return createUnitDeriver(from, to);
}

/** All of an answer in another form. */
export function deriveForm(chunks: readonly Chunk[], from: Form, to: Form): Chunk[] {
  const deriver = createDeriver(from, to);
  return [...chunks.flatMap((chunk) => deriver.push(chunk)), ...deriver.end()];
}

/** One value with the framing of a form around it. `isFirst` matters to an array only. */
export function frame(value: Value, form: Form, isFirst: boolean): Chunk {
  const segments = toSegments(value);
  if (form === 'json') return segments;
  if (form === 'array') return joined(isFirst ? '[' : ',\r\n', segments, '');
  // Google ends lines with CRLF here.
  return joined('data: ', segments, '\r\n\r\n');
}

/** The end of an array stream. */
export const closing = (isEmpty: boolean): Chunk => [isEmpty ? '[]' : '\n]'];

function createUnitDeriver(from: Form, to: 'array' | 'sse'): Deriver {
  let count = 0;
  return {
    push(chunk) {
      return messagesOf(chunk, from).map((message) => frame(message, to, count++ === 0));
    },
    end: () => (to === 'array' ? [closing(count === 0)] : []),
  };
}

function createJsonDeriver(from: Form): Deriver {
  const merger = createMerger();
  return {
    push(chunk) {
      for (const message of messagesOf(chunk, from)) merger.add(message);
      return [];
    },
    end: () => [frame(merger.merged(), 'json', true)],
  };
}

/** A comment or a bracket means nothing in another form; an error may come as a list of one. */
export function messagesOf(chunk: Chunk, form: Form): Value[] {
  const value = parseChunk(chunk, form);
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Framing text goes into the text beside it: a chunk never has two texts in a row. */
function joined(before: string, segments: Chunk, after: string): Chunk {
  const chunk = [...segments];
  if (typeof chunk[0] === 'string') chunk[0] = before + chunk[0];
  else chunk.unshift(before);
  const last = chunk.length - 1;
  if (typeof chunk[last] === 'string') chunk[last] += after;
  return chunk;
}
