/** Summarizes an answer: usage, why it ended, which picture is the final one. Every field may be missing. */
import type { Usage } from '../pricing/prices.ts';
import type { Form } from '../request/target.ts';
import type { Failure } from '../shared/failure.ts';
import { accountErrorOf } from './errors/account-errors.ts';
import { namedStatus } from './errors/error-in-answer.ts';
import { toUpstreamError } from './errors/errors.ts';
import { isErrorObject, layersOf } from './forms/error-shape.ts';
import { messagesOf } from './forms/forms.ts';
import { at, candidateOf, countOf, fieldOf, isThought, listOf, partsOf, textOf } from './forms/names.ts';
import { liftedImageOf } from './forms/picture-shape.ts';
import { isFields, type Value } from './forms/value.ts';
import type { Chunk, Lifted } from './lift/skeleton.ts';
import { indexOf, isAgainst, type Verdict, verdictIn } from './verdicts.ts';

interface ImageFact {
  n: number;
  /** As declared beside the data. */
  mimeType?: string;
  /** A draft that the model drew while thinking. */
  thought: boolean;
}

/** `finishReason`, `finishMessage`, `blockReason` and `searchEntryPoint` have the last value that came. */
export interface Summary {
  /** From the last message with usage, because usage is cumulative. Absent if the provider sent none. */
  usage?: Usage;
  finishReason?: string;
  finishMessage?: string;
  /** Why the prompt itself was refused. */
  blockReason?: string;
  /** The first finish or block reason against the picture or the prompt. Later messages do not cancel it. */
  verdict?: string;
  /** The last image part that is no thought. */
  finalImage?: Lifted;
  images: ImageFact[];
  /** Google's search suggestions, HTML that must be shown with a grounded answer. */
  searchEntryPoint?: string;
  /** Distinct searches, web and image, that were not empty. */
  searches: number;
}

/** Summarizes whole units of an answer. Throws `LiftError` `malformed` if one is not JSON. */
export function summarize(chunks: readonly Chunk[], form: Form): Summary {
  const summary: Summary = { images: [], searches: 0 };
  const queries = new Set<string>();
  const verdicts: Verdict[] = [];
  const drawnIn: number[] = [];
  let usage: Value | undefined;
  for (const chunk of chunks) {
    for (const message of messagesOf(chunk, form)) {
      const candidate = candidateOf(message);
      const counts = at(message, 'usageMetadata');
      if (isFields(counts)) usage = counts;
      note(summary, 'finishReason', at(candidate, 'finishReason'));
      note(summary, 'finishMessage', at(candidate, 'finishMessage'));
      note(summary, 'blockReason', at(message, 'promptFeedback', 'blockReason'));
      const verdict = verdictIn(message);
      if (verdict) verdicts.push(verdict);
      if (noteImages(summary, message)) drawnIn.push(indexOf(message));
      noteGrounding(summary, queries, at(candidate, 'groundingMetadata'));
    }
  }
  const verdict = verdicts.find((one) => isAgainst(one, drawnIn));
  if (verdict) summary.verdict = verdict.reason;
  summary.searches = queries.size;
  if (usage) summary.usage = toUsage(usage, summary.searches);
  return summary;
}

/**
 * Reads an error object in place of an answer: providers that fail in the middle of a 200 write one. Whatever its code
 * is, the work may have been done by then.
 *
 * @param redact Takes keys out of its message. Not needed if the chunk was redacted as a whole.
 * @returns undefined if the unit has no error.
 */
export function errorOf(chunk: Chunk, form: Form, redact = (text: string) => text): Failure | undefined {
  const [message] = messagesOf(chunk, form);
  return isErrorObject(message) ? brokenBy(message, redact) : undefined;
}

/**
 * The failure `UPSTREAM_BROKEN` with `ran: 'unknown'`: the work may have been done. For an error of the owner's account
 * the provider's message stands only in `cause`, for the log.
 */
export function brokenBy(message: Value | undefined, redact: (text: string) => string): Failure {
  const upstream = toUpstreamError(namedStatus(message) ?? 502, message, redact);
  const failure = { reason: 'UPSTREAM_BROKEN', ran: 'unknown' } as const;
  const cause = `error in the answer: ${upstream.status}`;
  const reasons = layersOf(message)
    .flatMap((layer) => listOf(fieldOf(layer, 'details')))
    .flatMap((detail) => textOf(fieldOf(detail, 'reason')) ?? []);
  // In a 200 the code is often missing, so the words are also checked under the usual codes.
  const isOwners =
    OWNERS_STATUSES.includes(upstream.status) ||
    upstream.code === 402 ||
    [upstream.code, 400, 429].some((code) => accountErrorOf(code, upstream, reasons) !== undefined);
  return isOwners ? { ...failure, cause: `${cause}: ${upstream.message}` } : { ...failure, upstream, cause };
}

const OWNERS_STATUSES: readonly string[] = ['UNAUTHENTICATED', 'PERMISSION_DENIED', 'FAILED_PRECONDITION'];

/** Whether an answer has no candidate, no feedback and no usage: not even a refusal. */
export const isEmptyAnswer = (chunks: readonly Chunk[], form: Form): boolean =>
  !chunks
    .flatMap((chunk) => messagesOf(chunk, form))
    .flatMap((message) => [candidateOf(message), at(message, 'promptFeedback'), at(message, 'usageMetadata')])
    .some((value) => isFields(value) && Object.keys(value).length > 0);

type NotedText = 'finishReason' | 'finishMessage' | 'blockReason' | 'searchEntryPoint';

function note(summary: Summary, field: NotedText, value: Value | undefined): void {
  const text = textOf(value);
  if (text) summary[field] = text;
}

/** @returns Whether there are any. */
function noteImages(summary: Summary, message: Value | undefined): boolean {
  const before = summary.images.length;
  for (const part of partsOf(message)) {
    const lifted = liftedImageOf(part);
    if (!lifted) continue;
    const thought = isThought(part);
    const mimeType = textOf(at(part, 'inlineData', 'mimeType'));
    summary.images.push({ n: lifted.n, thought, ...(mimeType !== undefined && { mimeType }) });
    if (!thought) summary.finalImage = lifted;
  }
  return summary.images.length > before;
}

function noteGrounding(summary: Summary, queries: Set<string>, grounding: Value | undefined): void {
  note(summary, 'searchEntryPoint', at(grounding, 'searchEntryPoint', 'renderedContent'));
  for (const kind of ['webSearchQueries', 'imageSearchQueries']) {
    for (const query of listOf(at(grounding, kind))) {
      // An empty query was recorded among real ones.
      if (textOf(query)) queries.add(`${kind}/${textOf(query)}`);
    }
  }
}

function toUsage(usage: Value, searches: number): Usage {
  const ofImages = listOf(at(usage, 'candidatesTokensDetails'))
    .filter((detail) => textOf(fieldOf(detail, 'modality'))?.toUpperCase() === 'IMAGE')
    .map((detail) => fieldOf(detail, 'tokenCount'));
  const [prompt, toolUse, candidates, thoughts] = COUNTS.map((name) => fieldOf(usage, name));
  const isOdd = [prompt, toolUse, candidates, thoughts, ...ofImages].some((count) => !isCount(count));
  return {
    promptTokens: countOf(prompt) + countOf(toolUse),
    candidatesTokens: countOf(candidates),
    imageTokens: ofImages.reduce<number>((sum, count) => sum + countOf(count), 0),
    thoughtsTokens: countOf(thoughts),
    searches,
    ...(isOdd && { isOdd }),
  };
}

const COUNTS = ['promptTokenCount', 'toolUsePromptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount'];

/** Whether a value is absent, 0 or a count. */
const isCount = (value: Value | undefined): boolean =>
  value === undefined || value === null || value === 0 || countOf(value) > 0;
