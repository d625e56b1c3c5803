/** Shapes one message of an answer: its pictures become `inlineData`, and broken or surplus pictures are removed. */
import { withoutMarkup } from '../lift/data-url.ts';
import { isLifted, type Lifted } from '../lift/skeleton.ts';
import { isVerdict } from '../verdicts.ts';
import { at, fieldOf, isThought, listOf, textOf } from './names.ts';
import { type Fields, isFields, LiftedValue, MixedText, type Value } from './value.ts';

/**
 * The result of storing a picture: its type by its bytes; `broken`: no whole picture; `surplus`: one too many; `shaped`:
 * stored, and in its place already.
 */
export type PictureOutcome = { mimeType: string } | 'shaped' | 'broken' | 'surplus';

/** The outcome by the picture's number `n`. It is known once the unit that names the picture is whole. */
export type OutcomeOf = (n: number) => PictureOutcome;

/** Stands in `peelNotes` of an answer that has more pictures than are stored. */
export const PICTURES_LEFT_OUT = 'PICTURES_LEFT_OUT';

/** @returns The same object if there is nothing to change. */
export function shapeMessage(message: Value, outcomeOf: OutcomeOf): Value {
  if (!isFields(message)) return message;
  const candidates = listOf(fieldOf(message, 'candidates'));
  const shaped = candidates.map((candidate) => shapeCandidate(candidate, outcomeOf));
  const ordered = pictureFirst(shaped);
  const isSame = ordered.every((candidate, n) => candidate === candidates[n]);
  const whole = isSame ? message : { ...message, candidates: ordered };
  const cleaned = hasLeftOut(whole, outcomeOf) ? (withoutLeftOut(whole, outcomeOf) as Fields) : whole;
  return candidates.some((candidate) => hasSurplus(candidate, outcomeOf)) ? withNote(cleaned) : cleaned;
}

/** The lifted picture in a part's `inlineData`, where Gemini's clients look for it. */
export function liftedImageOf(part: Value): Lifted | undefined {
  const data = at(part, 'inlineData', 'data');
  return data instanceof LiftedValue && data.lifted.kind === 'image' ? data.lifted : undefined;
}

/** Removes `thought` from the last part with a picture in the first candidate. */
export function unmarkLast(message: Value): Value {
  const [candidate, ...others] = listOf(fieldOf(message, 'candidates'));
  const parts = listOf(at(candidate, 'content', 'parts'));
  const last = parts.findLastIndex((part) => liftedImageOf(part) !== undefined);
  if (last < 0) return message;
  const { thought: _, ...part } = parts[last] as Fields;
  return { ...(message as Fields), candidates: [withParts(candidate as Fields, parts.with(last, part)), ...others] };
}

/** Numbers of the pictures in parts that are no thoughts, of all candidates. */
const drawnNumbers = (message: Value): number[] =>
  listOf(fieldOf(message, 'candidates'))
    .flatMap((candidate) => listOf(at(candidate, 'content', 'parts')))
    .filter((part) => !isThought(part))
    .flatMap((part) => liftedImageOf(part)?.n ?? []);

/** Removes drafts, and every other picture that stands in no such part. @returns The same object if there is none. */
export function withoutDrafts(message: Value): Value {
  const drawn = drawnNumbers(message);
  return shapeMessage(message, (n) => (drawn.includes(n) ? 'shaped' : 'broken'));
}

function shapeCandidate(candidate: Value, outcomeOf: OutcomeOf): Value {
  const parts = listOf(at(candidate, 'content', 'parts'));
  const shaped = parts.map((part) => shapePart(part, outcomeOf));
  const isSame = shaped.every((pieces, n) => pieces.length === 1 && pieces[0] === parts[n]);
  return isSame ? candidate : withParts(candidate as Fields, shaped.flat());
}

const withParts = (candidate: Fields, parts: Value[]): Fields => ({
  ...candidate,
  content: { ...(fieldOf(candidate, 'content') as Fields), parts },
});

function shapePart(part: Value, outcomeOf: OutcomeOf): Value[] {
  if (!isFields(part)) return [part];
  const { text } = part;
  if (text instanceof MixedText) return shapeText(part, text, outcomeOf);
  if (text instanceof LiftedValue) return shapeText(part, new MixedText([text.lifted]), outcomeOf);
  const data = at(part, 'inlineData', 'data');
  const place = liftedIn(data) ? data : at(part, 'fileData', 'fileUri');
  const lifted = liftedIn(place);
  if (!lifted) return isNoPicture(part) ? withoutInline(part) : [part];
  const outcome = outcomeOf(lifted.n);
  if (outcome === 'shaped') return [part];
  if (typeof outcome === 'string') return [];
  const isRight = textOf(at(part, 'inlineData', 'mimeType')) === outcome.mimeType && isStandard(lifted);
  return place instanceof LiftedValue && isRight
    ? [part]
    : [{ inlineData: inlineOf(lifted, outcome), ...othersOf(part) }];
}

/** Whether every decoder reads the base64: Go's and the browsers' take no other alphabet and no missing padding. */
const isStandard = ({ encoding }: Lifted): boolean => !encoding?.url && !encoding?.unpadded && !encoding?.patches;

/** Whether a sentence or an address stands where a picture's base64 should be. */
const isNoPicture = (part: Value): boolean => textOf(at(part, 'inlineData', 'data')) !== undefined;

/** Whether a part of the message has text in place of a picture's base64. */
export const hasNoPicture = (message: Value): boolean =>
  listOf(fieldOf(message, 'candidates')).some((candidate) =>
    listOf(at(candidate, 'content', 'parts')).some(isNoPicture),
  );

/** Drops the picture's place and keeps a text beside it. */
const withoutInline = ({ inlineData: _, inline_data: __, ...others }: Fields): Fields[] =>
  textOf(others.text) === undefined ? [] : [others];

/** Splits a text with data URLs into parts with text and parts with a picture, in their order. */
function shapeText(part: Fields, { pieces }: MixedText, outcomeOf: OutcomeOf): Value[] {
  const mark: Fields = isThought(part) ? { thought: true } : {};
  const parts: Value[] = [];
  let others = othersOf(part);
  let words = '';
  const say = () => {
    if (words.trim() !== '') parts.push({ text: words, ...mark });
    words = '';
  };
  for (let rest = [...pieces]; rest.length > 0; ) {
    const [piece, next, ...further] = rest;
    if (typeof piece === 'string') {
      words += piece;
      rest = rest.slice(1);
      continue;
    }
    const behind = typeof next === 'string' ? next : '';
    const { before, after } = withoutMarkup(words, behind);
    words = before;
    const outcome = outcomeOf(piece!.n);
    if (typeof outcome === 'object') {
      say();
      parts.push({ inlineData: inlineOf(piece!, outcome), ...others });
      others = mark;
    }
    rest = [after, ...(typeof next === 'object' ? [next] : []), ...further];
  }
  say();
  return parts;
}

/** In canonical base64. */
const inlineOf = ({ kind, n, bytes }: Lifted, { mimeType }: { mimeType: string }): Fields => ({
  mimeType,
  data: new LiftedValue({ kind, n, bytes }),
});

const PLACES = ['inlineData', 'inline_data', 'fileData', 'file_data', 'text'];

const othersOf = (part: Fields): Fields =>
  Object.fromEntries(Object.entries(part).filter(([name]) => !PLACES.includes(name)));

/** The picture of a string that is all picture or has a data URL in it. */
export function liftedIn(value: Value | undefined): Lifted | undefined {
  if (value instanceof LiftedValue) return value.lifted.kind === 'image' ? value.lifted : undefined;
  if (!(value instanceof MixedText)) return undefined;
  return value.pieces.filter((piece) => typeof piece !== 'string').find(isLifted);
}

const hasPicture = (candidate: Value, isDraft: boolean): boolean =>
  listOf(at(candidate, 'content', 'parts')).some(
    (part) => liftedImageOf(part) !== undefined && isThought(part) === isDraft,
  );

/**
 * Puts a candidate with a picture first: Peel asks for one candidate, and clients read the first. If the chosen one has
 * no verdict against it, candidates with a verdict are removed.
 */
function pictureFirst(candidates: Value[]): Value[] {
  const allowed = candidates.filter((candidate) => !hasVerdict(candidate));
  const best = drawnIn(allowed) ?? drawnIn(candidates);
  if (best === undefined || best === candidates[0]) return candidates;
  const others = candidates.filter((candidate) => candidate !== best);
  return [best, ...(allowed.includes(best) ? others.filter((other) => !hasVerdict(other)) : others)];
}

const drawnIn = (candidates: Value[]): Value | undefined =>
  candidates.find((candidate) => hasPicture(candidate, false)) ??
  candidates.find((candidate) => hasPicture(candidate, true));

const hasVerdict = (candidate: Value): boolean => isVerdict(textOf(fieldOf(candidate, 'finishReason')) ?? '');

/** Every lifted picture in a value, at any depth. */
export function picturesIn(value: Value | undefined): Lifted[] {
  const lifted = liftedIn(value);
  if (lifted) return [lifted];
  if (Array.isArray(value)) return value.flatMap(picturesIn);
  return isFields(value) ? Object.values(value).flatMap(picturesIn) : [];
}

const isLeftOut = (outcome: PictureOutcome): boolean => outcome === 'broken' || outcome === 'surplus';

const hasLeftOut = (value: Value, outcomeOf: OutcomeOf): boolean =>
  picturesIn(value).some(({ n }) => isLeftOut(outcomeOf(n)));

const hasSurplus = (value: Value, outcomeOf: OutcomeOf): boolean =>
  picturesIn(value).some(({ n }) => outcomeOf(n) === 'surplus');

/** Replaces pictures that are left out, outside of parts, with an empty string. */
function withoutLeftOut(value: Value, outcomeOf: OutcomeOf): Value {
  const lifted = liftedIn(value);
  if (lifted) return isLeftOut(outcomeOf(lifted.n)) ? '' : value;
  if (Array.isArray(value)) return value.map((item) => withoutLeftOut(item, outcomeOf));
  if (!isFields(value) || !hasLeftOut(value, outcomeOf)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutLeftOut(field, outcomeOf)]));
}

function withNote(message: Fields): Fields {
  const notes = listOf(fieldOf(message, 'peelNotes')).filter((note) => note !== PICTURES_LEFT_OUT);
  return { ...message, peelNotes: [...notes, PICTURES_LEFT_OUT] };
}
