import type { Form } from '../../request/target.ts';
import { type Chunk, isLifted, type Segment } from '../lift/skeleton.ts';
import { parseChunk, toSegments } from './payload.ts';
import type { Value } from './value.ts';

/**
 * Writes the JSON of a unit anew. Its framing stays.
 *
 * @param change Returns the same value if there is nothing to change.
 * @returns The same chunk if nothing was changed, or if it has no JSON.
 */
export function rewrite(chunk: Chunk, form: Form, change: (value: Value) => Value): Chunk {
  const value = parseChunk(chunk, form);
  if (value === undefined) return chunk;
  const changed = change(value);
  if (changed === value) return chunk;
  const { before, after } = framingOf(chunk, value);
  const segments = toSegments(changed);
  const first = segments[0];
  // Chunks never have two texts in a row. The JSON of an object or list begins and ends with text.
  segments[0] = before + (first as string);
  segments[segments.length - 1] += after;
  return segments;
}

/** The text around the JSON: everything before its first bracket and after its last. */
function framingOf(chunk: Chunk, value: Value): { before: string; after: string } {
  const [opener, closer] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const texts = chunk.map(plainText);
  const first = texts[0] ?? '';
  const last = texts.at(-1) ?? '';
  return { before: first.slice(0, first.indexOf(opener)), after: last.slice(last.lastIndexOf(closer) + 1) };
}

function plainText(segment: Segment): string {
  if (typeof segment === 'string') return segment;
  return isLifted(segment) ? '' : Buffer.from(segment.raw, 'base64').toString();
}
