/** One message of an answer with its pictures as unmarked `inlineData`, and without those that are none. */
import { withoutMarkup } from './data-url.ts';
import { at, fieldOf, listOf, textOf } from './names.ts';
import { type Fields, isFields, LiftedValue, MixedText, type Value } from './payload.ts';
import { isLifted, type Lifted } from './skeleton.ts';
import { isVerdict } from './verdicts.ts';

/** What became of a lifted picture: its type by its bytes; or its bytes are no whole picture; or it is one too many. */
export type PictureFate = { mimeType: string } | 'broken' | 'surplus';

/** By the picture's number. Known when the unit that names it is whole. */
export type FateOf = (n: number) => PictureFate;

/** Said in `peelNotes` of an answer that has more pictures than are kept. */
export const PICTURES_LEFT_OUT = 'PICTURES_LEFT_OUT';

/** @returns The same object where there is nothing to do. */
export function shapeMessage(message: Value, fateOf: FateOf): Value {
  if (!isFields(message)) return message;
  const candidates = listOf(fieldOf(message, 'candidates'));
  const shaped = candidates.map((candidate) => shapeCandidate(candidate, fateOf));
  const ordered = pictureFirst(shaped);
  const isSame = ordered.every((candidate, n) => candidate === candidates[n]);
  const whole = isSame ? message : { ...message, candidates: ordered };
  const cleaned = hasLeftOut(whole, fateOf) ? (withoutLeftOut(whole, fateOf) as Fields) : whole;
  return candidates.some((candidate) => hasSurplus(candidate, fateOf)) ? withNote(cleaned) : cleaned;
}

/** The picture of a part, where Gemini's clients look for it. */
export function liftedImageOf(part: Value): Lifted | undefined {
  const data = at(part, 'inlineData', 'data');
  return data instanceof LiftedValue && data.lifted.kind === 'image' ? data.lifted : undefined;
}

/** The last marked picture without its mark. */
export function unmarkLast(message: Value): Value {
  const [candidate, ...others] = listOf(fieldOf(message, 'candidates'));
  const parts = listOf(at(candidate, 'content', 'parts'));
  const last = parts.findLastIndex((part) => liftedImageOf(part) !== undefined);
  if (last < 0) return message;
  const { thought: _, ...part } = parts[last] as Fields;
  return { ...(message as Fields), candidates: [withParts(candidate as Fields, parts.with(last, part)), ...others] };
}

function shapeCandidate(candidate: Value, fateOf: FateOf): Value {
  const parts = listOf(at(candidate, 'content', 'parts'));
  const shaped = parts.map((part) => shapePart(part, fateOf));
  const isSame = shaped.every((pieces, n) => pieces.length === 1 && pieces[0] === parts[n]);
  return isSame ? candidate : withParts(candidate as Fields, shaped.flat());
}

const withParts = (candidate: Fields, parts: Value[]): Fields => ({
  ...candidate,
  content: { ...(fieldOf(candidate, 'content') as Fields), parts },
});

function shapePart(part: Value, fateOf: FateOf): Value[] {
  if (!isFields(part)) return [part];
  const { text } = part;
  if (text instanceof MixedText) return shapeText(part, text, fateOf);
  const data = at(part, 'inlineData', 'data');
  const place = liftedIn(data) ? data : at(part, 'fileData', 'fileUri');
  const lifted = liftedIn(place);
  if (!lifted) return isNoPicture(part) ? withoutInline(part) : [part];
  const fate = fateOf(lifted.n);
  if (typeof fate === 'string') return [];
  return place instanceof LiftedValue ? [part] : [{ inlineData: inlineOf(lifted, fate), ...othersOf(part) }];
}

/** A sentence or an address in place of a picture's base64. */
const isNoPicture = (part: Value): boolean => textOf(at(part, 'inlineData', 'data')) !== undefined;

export const hasNoPicture = (message: Value): boolean =>
  listOf(fieldOf(message, 'candidates')).some((candidate) =>
    listOf(at(candidate, 'content', 'parts')).some(isNoPicture),
  );

/** Words beside it stay. */
const withoutInline = ({ inlineData: _, inline_data: __, ...others }: Fields): Fields[] =>
  textOf(others.text) === undefined ? [] : [others];

/** A text with data URLs: words and pictures in their order. */
function shapeText(part: Fields, { pieces }: MixedText, fateOf: FateOf): Value[] {
  const mark: Fields = fieldOf(part, 'thought') === true ? { thought: true } : {};
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
    const fate = fateOf(piece!.n);
    if (typeof fate === 'object') {
      say();
      parts.push({ inlineData: inlineOf(piece!, fate), ...others });
      others = mark;
    }
    rest = [after, ...(typeof next === 'object' ? [next] : []), ...further];
  }
  say();
  return parts;
}

const inlineOf = (lifted: Lifted, { mimeType }: { mimeType: string }): Fields => ({
  mimeType,
  data: new LiftedValue(lifted),
});

const PLACES = ['inlineData', 'inline_data', 'fileData', 'file_data', 'text'];

const othersOf = (part: Fields): Fields =>
  Object.fromEntries(Object.entries(part).filter(([name]) => !PLACES.includes(name)));

/** The image of a string that is nothing else, or a data URL. */
function liftedIn(value: Value | undefined): Lifted | undefined {
  if (value instanceof LiftedValue) return value.lifted.kind === 'image' ? value.lifted : undefined;
  if (!(value instanceof MixedText)) return undefined;
  return value.pieces.filter((piece) => typeof piece !== 'string').find(isLifted);
}

const hasPicture = (candidate: Value, isThought: boolean): boolean =>
  listOf(at(candidate, 'content', 'parts')).some(
    (part) => liftedImageOf(part) !== undefined && (fieldOf(part, 'thought') === true) === isThought,
  );

/**
 * One candidate was asked for, and clients read the first. One with a verdict against its own picture is passed over
 * where another has a picture, and left out then.
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

/** Every lifted picture in a value, wherever it stands. */
function picturesIn(value: Value | undefined): Lifted[] {
  const lifted = liftedIn(value);
  if (lifted) return [lifted];
  if (Array.isArray(value)) return value.flatMap(picturesIn);
  return isFields(value) ? Object.values(value).flatMap(picturesIn) : [];
}

const hasLeftOut = (value: Value, fateOf: FateOf): boolean =>
  picturesIn(value).some(({ n }) => typeof fateOf(n) === 'string');

const hasSurplus = (value: Value, fateOf: FateOf): boolean =>
  picturesIn(value).some(({ n }) => fateOf(n) === 'surplus');

/** Where no part holds it, an empty string stands for what was left out. */
function withoutLeftOut(value: Value, fateOf: FateOf): Value {
  const lifted = liftedIn(value);
  if (lifted) return typeof fateOf(lifted.n) === 'string' ? '' : value;
  if (Array.isArray(value)) return value.map((item) => withoutLeftOut(item, fateOf));
  if (!isFields(value) || !hasLeftOut(value, fateOf)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutLeftOut(field, fateOf)]));
}

function withNote(message: Fields): Fields {
  const notes = listOf(fieldOf(message, 'peelNotes')).filter((note) => note !== PICTURES_LEFT_OUT);
  return { ...message, peelNotes: [...notes, PICTURES_LEFT_OUT] };
}
