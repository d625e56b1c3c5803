/**
 * Joins events without parts to a neighbour. Google ends its streams with one, and @google/genai from 2.32 on, Python
 * and Go then forget the whole turn, with its picture. Adding an empty text does not help: Go refuses it.
 *
 * The choice of neighbour depends on the bytes alone, so a stored answer is replayed as it was sent live. From the
 * picture on, each event waits for the next one or the end, and events without parts are joined to the event before
 * them. Before the picture, text must not wait, so events without parts are joined to the event after them.
 */
import { frame } from '../lift/frame.ts';
import type { Chunk } from '../lift/skeleton.ts';
import { createMerger, isNothing } from './merge.ts';
import { at, fieldOf, isThought, listOf } from './names.ts';
import type { Value } from './value.ts';

export interface EventJoiner {
  /** @param chunk The message as a unit, sent if nothing is joined to it. */
  push(message: Value, chunk: Chunk): Chunk[];
  /** Whether an event is held back with no picture in it or before it. It may wait for a moment only. */
  readonly holdsWords: boolean;
  /** Gives out an event that {@link holdsWords}, because its moment is over. */
  release(): Chunk[];
  /** Gives out all that is held back. If no event had parts, this is one event without parts. */
  end(): Chunk[];
}

interface Held {
  message: Value;
  chunk: Chunk;
}

export function createEventJoiner(): EventJoiner {
  let held: Held | undefined;
  let hasPicture = false;
  /** Messages without parts that came after `held`, or before any event with parts. */
  let loose: Value[] = [];

  /** Gives out `held`, joined with `loose`. */
  function takeHeld(): Chunk[] {
    if (!held) return [];
    const chunk = loose.length > 0 ? join([held.message, ...loose]) : held.chunk;
    held = undefined;
    loose = [];
    return [chunk];
  }

  function release(): Chunk[] {
    if (!held || hasPicture) return [];
    const { chunk } = held;
    held = undefined;
    return [chunk];
  }

  return {
    push(message, chunk) {
      if (!hasParts(message)) {
        loose.push(message);
        return [];
      }
      const told = hasPicture ? takeHeld() : release();
      hasPicture ||= showsPicture(message);
      const joined = loose.length > 0 ? [...loose, message] : undefined;
      loose = [];
      held = joined ? { message: merge(joined), chunk: join(joined) } : { message, chunk };
      return told;
    },
    get holdsWords() {
      return held !== undefined && !hasPicture;
    },
    release,
    end() {
      if (held) return takeHeld();
      const rest = loose;
      loose = [];
      return rest.length > 0 ? [join(rest)] : [];
    },
  };
}

const join = (messages: readonly Value[]): Chunk => frame(merge(messages), 'sse', false);

function merge(messages: readonly Value[]): Value {
  const merger = createMerger({ joinsText: false });
  for (const message of messages) merger.add(message);
  return merger.merged();
}

const everyPart = (message: Value): Value[] =>
  listOf(at(message, 'candidates')).flatMap((candidate) => listOf(at(candidate, 'content', 'parts')));

/** An error is an event of its own. */
const hasParts = (message: Value): boolean =>
  fieldOf(message, 'error') !== undefined || everyPart(message).some((part) => !isNothing(part));

/** A draft among the thoughts does not count: it is passed on at once, as thoughts are. */
const showsPicture = (message: Value): boolean =>
  everyPart(message).some((part) => fieldOf(part, 'inlineData') !== undefined && !isThought(part));
