/**
 * Events without parts, joined to a neighbour. Google ends its streams with one, and @google/genai from 2.32 on, Python
 * and Go then forget the whole turn, with its picture. An empty text is no remedy: Go refuses it.
 *
 * Which neighbour it is depends on the bytes alone, so a kept answer is replayed as it was told live. Once there is a
 * picture, each event waits for the next one or for the end, and takes what comes without parts after it. Before the
 * picture, words must not wait, so what comes without parts is given to the event that follows.
 */
import { frame } from '../lift/frame.ts';
import type { Chunk } from '../lift/skeleton.ts';
import { createMerger, isNothing } from './merge.ts';
import { at, fieldOf, listOf } from './names.ts';
import type { Value } from './value.ts';

export interface EventJoiner {
  /** @param chunk How the message is told where nothing is joined to it. */
  push(message: Value, chunk: Chunk): Chunk[];
  /** Whether the last event is held back that has no picture before it or in it: it may wait for a moment only. */
  readonly holdsWords: boolean;
  /** The moment is over. */
  release(): Chunk[];
  /** All that is held back. Of an answer that has no event to join to, also an event without parts. */
  end(): Chunk[];
}

interface Held {
  message: Value;
  chunk: Chunk;
}

export function createEventJoiner(): EventJoiner {
  let held: Held | undefined;
  let hasPicture = false;
  /** Without parts: they came after `held`, or before any event that has some. */
  let loose: Value[] = [];

  /** Gives out what is held, with what came after it. */
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

/** A draft among the thoughts is passed on at once, as thoughts are. */
const showsPicture = (message: Value): boolean =>
  everyPart(message).some((part) => fieldOf(part, 'inlineData') !== undefined && fieldOf(part, 'thought') !== true);
