/**
 * Gemini's `contents` for a change: the conversation that led to the picture, then the new words. The worker's rules for
 * a visitor's conversation are checked here, so that a long one is shortened before it is refused.
 */
import type { Content, FilePart } from '../api/gemini.ts';
import type { Region, Result, SentReference, Turn } from '../model.ts';
import { placeInstruction } from '../viewer/place.ts';
import { pictureUri, resultOf, usedResult } from './thread.ts';

/** Bytes of text in all turns of the user, and in all of the model. The worker refuses more. */
const MAX_USER_BYTES = 16 * 1024;
const MAX_MODEL_BYTES = 64 * 1024;
/** The most reference pictures of any model. */
const MAX_REFERENCES = 14;
/** The worker keeps an uploaded file for 48 hours (docs/storage.md); an hour less, for clocks that differ. */
const REFERENCE_LIFE_MS = 47 * 3_600_000;
/** Each earlier turn is sent and paid again, and by then the picture itself says what was asked so long ago. */
const MAX_TURNS = 10;

/** A new question: of a new picture where the path is empty, else of a change of its last picture. */
export interface Question {
  words: string;
  references: readonly SentReference[];
  region?: Region | undefined;
  /** The last reference is the picture with the region marked on it. */
  isMarked?: boolean;
}

export interface ContentsOptions {
  /** Of the chosen model. Pictures of all turns of the user count. */
  maxReferences: number;
  /** Unix milliseconds. Absent: no uploaded file counts as deleted. */
  now?: number;
  /** Ids of turns whose picture does not open any more. */
  gone?: ReadonlySet<string>;
  /** Only the last picture and the new words, as after an answer that something earlier is not found. */
  isShort?: boolean;
}

export type Contents =
  | { contents: Content[] }
  /** `most` is what the new question may have: references, or bytes of words. */
  | { fault: 'references' | 'words'; most: number }
  /** The picture to change is not kept any more. */
  | { fault: 'gone' };

/**
 * The whole path where it fits. Otherwise the oldest turns are dropped, and the conversation begins with the last
 * picture before the rest, as the user's own.
 *
 * @param path From the root to the shown turn; empty for a new picture.
 */
export function toContents(path: readonly Turn[], question: Question, options: ContentsOptions): Contents {
  const first = options.isShort ? path.length : Math.max(0, path.length - MAX_TURNS);
  for (let start = first; start <= path.length; start++) {
    const contents = beginAt(path, start, question, options);
    if (contents && !excessOf(contents, options)) return { contents };
  }
  const shortest = beginAt(path, path.length, question, options);
  if (!shortest) return { fault: 'gone' };
  if (excessOf(shortest, options) === 'words') return { fault: 'words', most: MAX_USER_BYTES };
  return { fault: 'references', most: Math.max(0, mostReferences(options) - (path.length > 0 ? 1 : 0)) };
}

/** @returns undefined if the conversation cannot begin there. */
function beginAt(path: readonly Turn[], start: number, question: Question, { gone, now }: ContentsOptions) {
  const rest = path.slice(start);
  const before = path[start - 1];
  const usedOf = (turn: Turn, next: Turn | undefined): Result => (next ? usedResult(turn, next) : resultOf(turn));
  const isGone = (turn: Turn) => gone?.has(turn.id) === true;
  const canGoAgain = (turn: Turn, at: number) =>
    !isGone(turn) && !hasValues(turn) && !hasPastFile(turn, now) && hasAddress(usedOf(turn, rest[at + 1]));
  if (!rest.every(canGoAgain)) return undefined;
  // The words of a change mean nothing without the picture before them.
  if (before ? isGone(before) : rest[0]?.order.from !== undefined) return undefined;
  const picture = before && toPart(usedOf(before, rest[0]));
  if (before && !picture) return undefined;

  const contents: Content[] = [];
  rest.forEach((turn, at) => {
    contents.push(toUserTurn(sentWords(turn), turn.order.references, at === 0 ? picture : undefined));
    contents.push(usedOf(turn, rest[at + 1]).content);
  });
  const { words, references, region, isMarked } = question;
  const text = region ? `${words}\n\n${placeInstruction(region, isMarked)}` : words;
  contents.push(toUserTurn(text, references, rest.length === 0 ? picture : undefined));
  return contents;
}

/** What the model has read: the visitor's words, and where on the picture. */
function sentWords({ order }: Turn): string {
  const part = order.take.body.contents.at(-1)?.parts.findLast((each) => 'text' in each);
  return part?.text ?? order.prompt;
}

/** The values of a form become words in the worker: the page cannot say them again. */
const hasValues = ({ order }: Turn): boolean =>
  order.take.body.contents.at(-1)?.parts.some((part) => 'peelTemplate' in part) === true;

const hasPastFile = ({ order, at }: Turn, now = 0): boolean =>
  order.references.some((reference) => now - (reference.at ?? at) > REFERENCE_LIFE_MS);

/** A picture that came as data is in no turn of the model. */
const hasAddress = ({ content }: Result): boolean => content.parts.some((part) => 'fileData' in part);

/** The words name references by number, so these have their numbers where another picture comes before them. */
function toUserTurn(text: string, references: readonly SentReference[], picture?: FilePart): Content {
  const files = references.map(({ uri, mimeType }) => ({ fileData: { mimeType, fileUri: uri } }));
  if (!picture || files.length === 0) return { role: 'user', parts: [...(picture ? [picture] : files), { text }] };
  const numbered = files.flatMap((file, at) => [{ text: `Picture ${at + 1}:` }, file]);
  return { role: 'user', parts: [{ text: 'The picture to change:' }, picture, ...numbered, { text }] };
}

/** Without its signature, which belongs to a turn of the model. */
function toPart(result: Result): FilePart | undefined {
  const fileUri = pictureUri(result);
  return fileUri === undefined ? undefined : { fileData: { mimeType: result.mimeType, fileUri } };
}

const mostReferences = ({ maxReferences }: ContentsOptions): number => Math.min(MAX_REFERENCES, maxReferences);

function excessOf(contents: readonly Content[], options: ContentsOptions): 'references' | 'words' | undefined {
  const partsOf = (role: Content['role']) => contents.flatMap((turn) => (turn.role === role ? turn.parts : []));
  const bytesOf = (role: Content['role']) =>
    encoder.encode(
      partsOf(role)
        .map((part) => ('text' in part ? part.text : ''))
        .join(''),
    ).length;
  if (partsOf('user').filter((part) => 'fileData' in part).length > mostReferences(options)) return 'references';
  return bytesOf('user') > MAX_USER_BYTES || bytesOf('model') > MAX_MODEL_BYTES ? 'words' : undefined;
}

const encoder = new TextEncoder();
