/**
 * Brings the message of a provider that imitates Google loosely into Gemini's structure, before anything reads it:
 * lists and objects where Gemini has them, no wrapper around the message, no empty error beside its candidates, flags
 * as booleans. A picture that stands outside of the parts becomes a part. What is right already is not touched.
 */
import type { Form } from '../../request/target.ts';
import { type Chunk, isLifted, type Lifted, type Segment } from '../lift/skeleton.ts';
import { isFilled } from './error-shape.ts';
import { at, fieldOf, isThought, listOf } from './names.ts';
import { liftedIn, picturesIn } from './picture-shape.ts';
import { rewrite } from './rewrite.ts';
import { type Fields, isFields, LiftedValue, MixedText, type Value } from './value.ts';
import { VERBATIM_NAME } from './verbatim.ts';

/** Names and brackets that a message in Gemini's structure does not have. Inside a string, `\` precedes each quote. */
const SIGNS = [
  /"(?:response|result|errors?|function_?[rR]esponse)"\s*:/,
  /"data"\s*:\s*[[{]/,
  /"candidates"\s*:\s*\{/,
  /"content"\s*:\s*["[]/,
  /"parts"\s*:\s*["{]/,
  /"thought"\s*:(?!\s*(?:true|false)\b)/,
];
/** The text before a picture in its own place. */
const BEFORE_PICTURE = /"data"\s*:\s*"[^"]*$/;

/** @returns The same chunk if its structure is right. */
export const inOrder = (chunk: Chunk, form: Form): Chunk =>
  chunk.some((segment, n) => hasSign(segment, chunk[n + 1]))
    ? rewrite(chunk, form, (value) => (Array.isArray(value) ? sameOr(value, value.map(order)) : order(value)))
    : chunk;

function hasSign(segment: Segment, next: Segment | undefined): boolean {
  if (isLifted(segment)) return false;
  const text = typeof segment === 'string' ? segment : Buffer.from(segment.raw, 'base64').toString('latin1');
  const isElsewhere = next !== undefined && isLifted(next) && next.kind === 'image' && !BEFORE_PICTURE.test(text);
  return isElsewhere || SIGNS.some((sign) => sign.test(text));
}

/** The old list if the new one has the same elements. */
const sameOr = (old: Value[], fresh: Value[]): Value[] =>
  fresh.length === old.length && fresh.every((item, n) => item === old[n]) ? old : fresh;

function order(message: Value): Value {
  if (!isFields(message)) return message;
  const whole = withoutEmptyError(unwrapped(message));
  const { candidates } = whole;
  const ordered = listed(candidates).map(orderCandidate);
  const isSame = Array.isArray(candidates) ? sameOr(candidates, ordered) === candidates : candidates === undefined;
  return gathered(isSame ? whole : { ...whole, candidates: ordered });
}

/** Some gateways put the message into one field of theirs. */
function unwrapped(message: Fields): Fields {
  if (CONTENTS.some((name) => fieldOf(message, name) !== undefined)) return message;
  const inner = ['response', 'data', 'result'].map((name) => message[name]).find(isMessage);
  return (inner as Fields | undefined) ?? message;
}

const CONTENTS = ['candidates', 'promptFeedback', 'usageMetadata'];
const isMessage = (value: Value | undefined): boolean => CONTENTS.some((name) => fieldOf(value, name) !== undefined);

/** Google's Python SDK raises every event that begins with an error, whatever the error is. */
function withoutEmptyError(message: Fields): Fields {
  const empty = ['error', 'errors'].filter((name) => Object.hasOwn(message, name) && !isFilled(message[name]));
  return empty.length === 0
    ? message
    : Object.fromEntries(Object.entries(message).filter(([name]) => !empty.includes(name)));
}

/** One element stands for a list of it. */
const listed = (value: Value | undefined): Value[] => (isFields(value) ? [value] : listOf(value));

function orderCandidate(candidate: Value): Value {
  if (!isFields(candidate)) return candidate;
  const { content } = candidate;
  const parts = partsIn(content).map(orderPart);
  const own = isFields(content) ? content.parts : undefined;
  if (content === undefined || content === null) return candidate;
  if (Array.isArray(own) ? sameOr(own, parts) === own : isFields(content) && own === undefined) return candidate;
  const head = isFields(content) ? content : { role: fieldOf(listOf(content)[0], 'role') ?? 'model' };
  return { ...candidate, content: { ...head, parts } };
}

/** The parts of a content, of a list of contents, of a list of parts, or of a text alone. */
function partsIn(content: Value | undefined): Value[] {
  if (typeof content === 'string' || content instanceof MixedText) return [{ text: content }];
  if (Array.isArray(content)) return content.flatMap((item) => (fieldOf(item, 'parts') ? partsIn(item) : [item]));
  const parts = fieldOf(content, 'parts');
  return typeof parts === 'string' || parts instanceof MixedText ? partsIn(parts) : listed(parts);
}

/** Resellers write `"true"` and `1`. Google's clients know `true` alone. */
function orderPart(part: Value): Value {
  if (!isFields(part) || part.thought === undefined || typeof part.thought === 'boolean') return part;
  const { thought: _, ...others } = part;
  return isThought(part) ? { ...others, thought: true } : others;
}

/**
 * Makes parts of pictures that stand elsewhere: in the result of a function, in a field of OpenAI's. Beside a picture
 * in its own place they are copies of it, and stay.
 */
function gathered(message: Fields): Fields {
  const all = picturesIn(message);
  if (all.length === 0) return message;
  const candidates = listOf(message.candidates);
  const inPlace = candidates.flatMap((candidate) => listOf(at(candidate, 'content', 'parts'))).flatMap(placesOf);
  if (inPlace.some((place) => picturesIn(place).length > 0)) return message;
  const { candidates: _, ...others } = message;
  const loose = picturesIn(others);
  const filled = (candidates.length > 0 ? candidates : [{ index: 0 }]).map((candidate, n) =>
    withParts(candidate, [...picturesIn(candidate), ...(n === 0 ? loose : [])]),
  );
  return { ...(withoutPictures(others) as Fields), candidates: filled };
}

const placesOf = (part: Value): Value[] =>
  [at(part, 'inlineData', 'data'), at(part, 'fileData', 'fileUri'), fieldOf(part, 'text')].filter(
    (place) => place !== undefined,
  );

function withParts(candidate: Value, pictures: readonly Lifted[]): Value {
  if (pictures.length === 0) return candidate;
  const cleaned = withoutPictures(candidate) as Fields;
  const content = isFields(cleaned.content) ? cleaned.content : {};
  const parts = pictures.map((lifted) => ({ inlineData: { data: new LiftedValue(lifted) } }));
  return { ...cleaned, content: { role: 'model', ...content, parts: [...listOf(content.parts), ...parts] } };
}

/** Pictures become empty texts. */
function withoutPictures(value: Value): Value {
  if (liftedIn(value)) return '';
  if (Array.isArray(value)) return value.map(withoutPictures);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, name === VERBATIM_NAME ? field : withoutPictures(field)]),
  );
}
