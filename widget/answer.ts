import type { GenerateChunk } from './gemini.ts';
import type { Refusal, RefusalReason } from './generation.ts';

/** What has been heard of an answer so far. */
export interface Answer {
  /** The last image part that is not a thought. */
  picture?: { url: string; mimeType: string };
  /** The model's words beside the picture. */
  text: string;
  thoughts: string;
  blockReason?: string;
  finishReason?: string;
}

export const EMPTY_ANSWER: Answer = { text: '', thoughts: '' };

/** Adds one event of the stream. */
export function addChunk(answer: Answer, chunk: GenerateChunk): Answer {
  const next = { ...answer };
  if (chunk.promptFeedback?.blockReason) next.blockReason = chunk.promptFeedback.blockReason;
  const candidate = chunk.candidates?.[0];
  if (candidate?.finishReason) next.finishReason = candidate.finishReason;
  for (const { text, fileData, thought } of candidate?.content?.parts ?? []) {
    if (text !== undefined) next[thought ? 'thoughts' : 'text'] += text;
    // A host page must not be made to load `javascript:` or `data:` by an answer.
    if (!thought && fileData?.fileUri !== undefined && /^https?:\/\//i.test(fileData.fileUri)) {
      next.picture = { url: fileData.fileUri, mimeType: fileData.mimeType ?? '' };
    }
  }
  return next;
}

/** Whether the model has said its last word. A stream that ends without one was cut. */
export const isFinished = (answer: Answer): boolean =>
  answer.picture !== undefined || answer.finishReason !== undefined || answer.blockReason !== undefined;

/** Names the refusal of a finished answer without a picture. Refusals are HTTP 200. */
export function refusalOf(answer: Answer): Refusal {
  const words = answer.text.trim();
  if (answer.blockReason) return { stage: 'prompt', reason: 'prompt-blocked', words };
  return { stage: 'output', reason: reasonOfFinish(answer.finishReason), words };
}

/** @see https://ai.google.dev/api/generate-content#FinishReason */
function reasonOfFinish(finishReason: string | undefined): RefusalReason {
  switch (finishReason) {
    case 'SAFETY':
    case 'BLOCKLIST':
    case 'PROHIBITED_CONTENT':
    case 'SPII':
    case 'IMAGE_SAFETY':
    case 'IMAGE_PROHIBITED_CONTENT':
      return 'picture-blocked';
    case 'RECITATION':
    case 'IMAGE_RECITATION':
      return 'too-similar';
    case 'LANGUAGE':
      return 'language';
    case 'MAX_TOKENS':
      return 'cut-short';
    case 'STOP':
    case 'NO_IMAGE':
      return 'no-picture';
    default:
      return 'unknown';
  }
}
