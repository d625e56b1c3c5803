/**
 * Reduces an answer to its pictures. A visitor of a template may read nothing else of it: the model repeats the owner's
 * words in its own, in its thoughts, its searches and its reasons, and the counts tell how long the words are. So the
 * messages are written anew, from values that are numbers, known names or pictures.
 */
import type { Form } from '../../request/target.ts';
import { frame } from '../lift/frame.ts';
import type { Chunk } from '../lift/skeleton.ts';
import { knownReason } from '../verdicts.ts';
import { messagesOf } from './forms.ts';
import { at, countOf, fieldOf, isThought, listOf, textOf } from './names.ts';
import { liftedImageOf } from './picture-shape.ts';
import { type Fields, isFields, LiftedValue, type Value } from './value.ts';

/** The pictures of the run that are stored, with the types that their bytes have. */
type Stored = readonly { n: number; mimeType: string }[];

export interface OnlyPictures {
  /** @returns Events; none for a unit that holds nothing to tell. */
  push(chunk: Chunk, images: Stored): Chunk[];
  /** The answer has ended: gives out the counts that came after the last event. */
  end(): Chunk[];
}

/** The form of what comes out. */
export const ONLY_PICTURES_FORM = 'sse';

/** @param from The form of the answer. */
export function createOnlyPictures(from: Form): OnlyPictures {
  let usage: Fields | undefined;

  /** Counts go with the next event: a unit for each of the model's words would tell how many there were. */
  function tell(message: Fields): Chunk {
    const whole = usage ? { ...message, usageMetadata: usage } : message;
    usage = undefined;
    return frame(whole, ONLY_PICTURES_FORM, false);
  }

  return {
    push: (chunk, images) =>
      messagesOf(chunk, from).flatMap((message) => {
        usage = countsOf(message) ?? usage;
        const told = reduce(message, images);
        return told ? [tell(told)] : [];
      }),
    end: () => (usage ? [tell({})] : []),
  };
}

/** @returns undefined where the message holds no picture and no reason. */
function reduce(message: Value, images: Stored): Fields | undefined {
  const candidates = listOf(fieldOf(message, 'candidates')).flatMap((candidate): Fields[] => {
    const parts = listOf(at(candidate, 'content', 'parts')).flatMap((part) => pictureOf(part, images));
    const finishReason = knownReason(textOf(fieldOf(candidate, 'finishReason')));
    if (parts.length === 0 && finishReason === undefined) return [];
    return [
      {
        ...(parts.length > 0 && { content: { parts, role: 'model' } }),
        ...(finishReason !== undefined && { finishReason }),
        index: countOf(fieldOf(candidate, 'index')),
      },
    ];
  });
  const blockReason = knownReason(textOf(at(message, 'promptFeedback', 'blockReason')));
  if (candidates.length === 0 && blockReason === undefined) return undefined;
  return {
    ...(candidates.length > 0 && { candidates }),
    ...(blockReason !== undefined && { promptFeedback: { blockReason } }),
  };
}

/** Drafts are thoughts. */
function pictureOf(part: Value, images: Stored): Fields[] {
  const lifted = isThought(part) ? undefined : liftedImageOf(part);
  if (!lifted) return [];
  const mimeType = images.find(({ n }) => n === lifted.n)?.mimeType ?? 'image/png';
  return [{ inlineData: { mimeType, data: new LiftedValue(lifted) } }];
}

/** Image tokens alone: they say whether a picture was charged, and the same for every template. */
function countsOf(message: Value): Fields | undefined {
  const usage = fieldOf(message, 'usageMetadata');
  if (!isFields(usage)) return undefined;
  const tokens = listOf(fieldOf(usage, 'candidatesTokensDetails'))
    .filter((detail) => textOf(fieldOf(detail, 'modality'))?.toUpperCase() === 'IMAGE')
    .reduce<number>((sum, detail) => sum + countOf(fieldOf(detail, 'tokenCount')), 0);
  return {
    candidatesTokenCount: tokens,
    totalTokenCount: tokens,
    candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: tokens }],
  };
}
