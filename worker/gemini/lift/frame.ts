/** Writes the framing of a unit: the text around its JSON. */
import type { Form } from '../../request/target.ts';
import { toSegments } from '../forms/payload.ts';
import type { Value } from '../forms/value.ts';
import { type Chunk, isLifted, type Segment } from './skeleton.ts';

/** The start and end of each event that Peel sends. Lines end with CRLF, as Google's do. */
export const EVENT_START = 'data: ';
export const EVENT_END = '\r\n\r\n';

/** One value in the framing of a form. `isFirst` matters to an array only. */
export function frame(value: Value, form: Form, isFirst: boolean): Chunk {
  const segments = toSegments(value);
  if (form === 'json') return segments;
  if (form === 'array') return joined(isFirst ? '[' : ',\r\n', segments, '');
  return joined(EVENT_START, segments, EVENT_END);
}

/**
 * An event in Google's framing. Its JSON keeps its bytes if it is on one line. Comments, event names and other line
 * ends are dropped, because Google's clients do not understand them.
 *
 * @param value The JSON of `event`, parsed.
 */
export function toEvent(event: Chunk, value: Value): Chunk {
  const first = event[0];
  const last = event.at(-1);
  if (typeof first !== 'string' || typeof last !== 'string') return frame(value, 'sse', false);
  const from = first.indexOf('{');
  const to = last.lastIndexOf('}') + 1;
  const json =
    event.length === 1 ? [first.slice(from, to)] : [first.slice(from), ...event.slice(1, -1), last.slice(0, to)];
  if (from < 0 || to === 0 || json.some(breaksLine)) return frame(value, 'sse', false);
  return joined(EVENT_START, json, EVENT_END);
}

const breaksLine = (segment: Segment): boolean => {
  if (isLifted(segment)) return false;
  return /[\r\n]/.test(typeof segment === 'string' ? segment : Buffer.from(segment.raw, 'base64').toString('latin1'));
};

/** Joins the framing to the text beside it, because a chunk never has two texts in a row. */
function joined(before: string, segments: Chunk, after: string): Chunk {
  const chunk = [...segments];
  if (typeof chunk[0] === 'string') chunk[0] = before + chunk[0];
  else chunk.unshift(before);
  const last = chunk.length - 1;
  if (typeof chunk[last] === 'string') chunk[last] += after;
  else chunk.push(after);
  return chunk;
}
