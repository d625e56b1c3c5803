/**
 * Moves the pictures of an answer to where Gemini's clients look for them: `inlineData` without `thought`, in the first
 * candidate. A provider may put a picture into a data URL (in Markdown, say), into a later candidate, or only among
 * the thoughts. The type of a picture is what its bytes say. Units that are already right pass byte for byte.
 */
import type { Form } from '../../request/target.ts';
import { type Chunk, isLifted, type Lifted, type Segment } from '../lift/skeleton.ts';
import { indexOf, isAgainst, verdictIn } from '../verdicts.ts';
import { closing, frame } from './forms.ts';
import { candidateOf, fieldOf, isThought, partsOf, textOf } from './names.ts';
import { parseChunk } from './payload.ts';
import {
  hasNoPicture,
  liftedImageOf,
  type OutcomeOf,
  shapeMessage,
  unmarkLast,
  withoutDrafts,
} from './picture-shape.ts';
import { type Fields, LiftedValue, type Value } from './value.ts';

export interface PictureParts {
  /** @returns The unit as it should be. The last unit may have a repeated, unmarked picture before it. */
  push(chunk: Chunk): Chunk[];
  /** The answer has ended well: gives out the repeated picture if no unit was the last one. */
  end(): Chunk[];
  /** Whether something stood in place of a picture that is no base64. */
  readonly hasNone: boolean;
  /** Whether a picture came among the thoughts. */
  readonly hasDrafts: boolean;
  /** Number of the picture among the thoughts that is the answer if no other comes. */
  readonly waiting: number | undefined;
}

/** @param keepsDrafts False: pictures among the thoughts are removed, but for one that turns out to be the answer. */
export function createPictureParts(form: Form, outcomeOf: OutcomeOf, keepsDrafts = true): PictureParts {
  /** The last picture among the thoughts. It matters until another picture or a verdict comes. */
  let marked: Lifted | undefined;
  /** Of the marked pictures. */
  const drawnIn: number[] = [];
  let isDecided = false;
  let hasNone = false;
  let isBegun = false;

  function look(messages: readonly Value[]): void {
    for (const message of messages) {
      for (const part of partsOf(message)) {
        const lifted = liftedImageOf(part);
        if (!lifted) continue;
        if (!isThought(part)) isDecided = true;
        else marked = lifted;
        drawnIn.push(indexOf(message));
      }
    }
    // A picture with a verdict against it must not be promoted.
    const verdicts = messages.flatMap((message) => verdictIn(message) ?? []);
    if (verdicts.some((verdict) => isAgainst(verdict, drawnIn))) isDecided = true;
  }

  /** Repeats the marked picture without its mark, once it is certain that no other picture comes. */
  function promote(): Chunk[] {
    if (!marked || isDecided) return [];
    isDecided = true;
    const outcome = outcomeOf(marked.n);
    const inlineData: Fields = { ...(typeof outcome === 'object' && outcome), data: new LiftedValue(marked) };
    return [frame({ candidates: [{ content: { parts: [{ inlineData }], role: 'model' }, index: 0 }] }, form, false)];
  }

  function pass(chunk: Chunk, value: Value, isOdd: boolean): Chunk[] {
    const messages = Array.isArray(value) ? value : [value];
    hasNone ||= messages.some(hasNoPicture);
    const shaped = messages.map((message) => shapeMessage(message, outcomeOf));
    look(shaped);
    const isLast = form === 'json' || shaped.some(hasEnd);
    const isHere = shaped.flatMap(partsOf).some((part) => marked && liftedImageOf(part)?.n === marked.n);
    const isPromoted = isLast && isHere && !isDecided;
    const unmarked = isPromoted ? shaped.map(unmarkLast) : shaped;
    isDecided ||= isPromoted;
    const told = keepsDrafts ? unmarked : unmarked.map(withoutDrafts);
    const before = isLast ? promote() : [];
    const isAsItWas = told.every((message, n) => message === messages[n]) && !isOdd;
    return [...before, ...(isAsItWas ? [chunk] : write(chunk, value, told))];
  }

  /** Frames the messages for the place of the unit they replace. */
  function write(chunk: Chunk, value: Value, messages: Value[]): Chunk[] {
    if (form === 'json') return [frame(Array.isArray(value) ? messages : messages[0]!, form, true)];
    const isFirst = /^\ufeff?\s*\[/.test(leadOf(chunk));
    return messages.map((message, n) => frame(message, form, isFirst && n === 0));
  }

  return {
    push(chunk) {
      const mayMatter = chunk.some(mayHoldPicture);
      const isOdd = form === 'sse' ? isOddEvent(chunk) : form === 'array' && isOddElement(chunk, isBegun);
      isBegun = true;
      if (!mayMatter && (!marked || isDecided) && !isOdd) return [chunk];
      const value = parseChunk(chunk, form);
      if (value !== undefined) return pass(chunk, value, isOdd);
      if (form !== 'array' || !ARRAY_END.test(leadOf(chunk))) return [chunk];
      return [...promote(), isOdd ? closing(false) : chunk];
    },
    end: promote,
    get hasNone() {
      return hasNone;
    },
    get hasDrafts() {
      return marked !== undefined;
    },
    get waiting() {
      return isDecided ? undefined : marked?.n;
    },
  };
}

/** Whether a unit may name a picture. What stands in the picture's place may be no base64. */
const mayHoldPicture = (segment: Segment): boolean =>
  isLifted(segment) ? segment.kind === 'image' : typeof segment === 'string' && /"inline_?[dD]ata"/.test(segment);

/** An answer without the pictures in its parts. */
export function withoutPictures(chunks: readonly Chunk[], form: Form): Chunk[] {
  const parts = createPictureParts(form, () => 'broken');
  return chunks.flatMap((chunk) => parts.push(chunk));
}

const hasEnd = (message: Value): boolean => {
  const reason = textOf(fieldOf(candidateOf(message), 'finishReason'));
  return reason !== undefined && !/UNSPECIFIED/i.test(reason);
};

const tailOf = (chunk: Chunk): string => {
  const last = chunk.at(-1);
  return typeof last === 'string' ? last : '';
};

const leadOf = ([first]: Chunk): string => (typeof first === 'string' ? first : '');

/**
 * Whether an event's JSON is not in a `data:` field, has no blank line after it, or is a list of messages. Clients
 * ignore the first, join the second to the next event, and do not know the third.
 */
const isOddEvent = (chunk: Chunk): boolean =>
  /^\ufeff?[\r\n]*[[{]/.test(leadOf(chunk)) ||
  /(?:^\ufeff?|[\r\n])data:\s*\[\s*\{/.test(leadOf(chunk)) ||
  !/(?:\n\r?\n|\r\r)$/.test(tailOf(chunk));

/** An element without the comma before it, or with a `null`. */
const isOddElement = (chunk: Chunk, isBegun: boolean): boolean =>
  !(isBegun ? /^\s*(?:,\s*\{|(?:\]\s*)?$)/ : /^\ufeff?\s*(?:\{|\[\s*(?:\{|\]?$))/).test(leadOf(chunk));

const ARRAY_END = /^(?:[\s,]|null)*\]/;
