/**
 * Brings the pictures of an answer to where Gemini's clients look for them: unmarked `inlineData` of the first
 * candidate. A provider may put one into Markdown or another data URL, into a later candidate, or among the thoughts
 * and nowhere else. Units that are as they should be pass untouched, byte for byte.
 */
import { closing, frame } from './forms.ts';
import { candidateOf, fieldOf, partsOf, textOf } from './names.ts';
import { type Fields, LiftedValue, parseChunk, type Value } from './payload.ts';
import { type FateOf, hasNoPicture, liftedImageOf, shapeMessage, unmarkLast } from './picture-shape.ts';
import { type Chunk, type Form, isLifted, type Lifted, type Segment } from './skeleton.ts';
import { indexOf, isAgainst, verdictIn } from './verdicts.ts';

export interface PictureParts {
  /** @returns What the unit becomes, and before it a picture that turns out to be the picture. */
  push(chunk: Chunk): Chunk[];
  /** The answer has ended as it should. */
  end(): Chunk[];
  /** Whether something stood in place of a picture that is no base64. */
  readonly hasNone: boolean;
}

export function createPictureParts(form: Form, fateOf: FateOf): PictureParts {
  /** The last picture among thoughts, as long as it may be the only one. */
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
        if (fieldOf(part, 'thought') !== true) isDecided = true;
        else marked = lifted;
        drawnIn.push(indexOf(message));
      }
    }
    // What the provider has taken back is no picture, marked or not.
    const verdicts = messages.flatMap((message) => verdictIn(message) ?? []);
    if (verdicts.some((verdict) => isAgainst(verdict, drawnIn))) isDecided = true;
  }

  /** Once it is known that no other comes, the marked picture is told once more, without its mark. */
  function promote(): Chunk[] {
    if (!marked || isDecided) return [];
    isDecided = true;
    const fate = fateOf(marked.n);
    const inlineData: Fields = { ...(typeof fate === 'object' && fate), data: new LiftedValue(marked) };
    return [frame({ candidates: [{ content: { parts: [{ inlineData }], role: 'model' }, index: 0 }] }, form, false)];
  }

  function pass(chunk: Chunk, value: Value, isOdd: boolean): Chunk[] {
    const messages = Array.isArray(value) ? value : [value];
    hasNone ||= messages.some(hasNoPicture);
    const shaped = messages.map((message) => shapeMessage(message, fateOf));
    look(shaped);
    const isLast = form === 'json' || shaped.some(hasEnd);
    const isHere = shaped.flatMap(partsOf).some((part) => marked && liftedImageOf(part)?.n === marked.n);
    if (isLast && isHere && !isDecided) {
      isDecided = true;
      return write(chunk, value, shaped.map(unmarkLast));
    }
    const before = isLast ? promote() : [];
    const isAsItWas = shaped.every((message, n) => message === messages[n]) && !isOdd;
    return [...before, ...(isAsItWas ? [chunk] : write(chunk, value, shaped))];
  }

  /** With the framing that its place asks for. */
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
  };
}

/** A name is enough: what stands in place of a picture may be none. */
const mayHoldPicture = (segment: Segment): boolean =>
  isLifted(segment) ? segment.kind === 'image' : typeof segment === 'string' && /"inline_?[dD]ata"/.test(segment);

/** An answer without the pictures of its parts. */
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
 * JSON in a stream of events that is not in a `data:` field, or has no blank line behind it: readers of events pass over
 * the one, and join the other to what follows. A list of messages in one event they do not know.
 */
const isOddEvent = (chunk: Chunk): boolean =>
  /^\ufeff?[\r\n]*[[{]/.test(leadOf(chunk)) ||
  /(?:^\ufeff?|[\r\n])data:\s*\[\s*\{/.test(leadOf(chunk)) ||
  !/(?:\n\r?\n|\r\r)$/.test(tailOf(chunk));

/** An element without the comma before it, or with a `null`. */
const isOddElement = (chunk: Chunk, isBegun: boolean): boolean =>
  !(isBegun ? /^\s*(?:,\s*\{|\]?\s*$)/ : /^\ufeff?\s*(?:\[?\s*\{|\[\s*\]?$)/).test(leadOf(chunk));

const ARRAY_END = /^(?:[\s,]|null)*\]/;
