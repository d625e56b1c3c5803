import type { GenerateBody } from './gemini.ts';
import type { Problem } from './problem.ts';
import type { Charged } from './reasons.ts';

export interface Take {
  model: string;
  /** Gemini's own request body. */
  body: GenerateBody;
  /** Names another take of the same request; absent for the first. */
  variant?: string;
}

/** A picture the worker keeps. */
export interface Picture {
  url: string;
  mimeType: string;
  /** The model's own words beside it, or empty. */
  text: string;
  /** It was there already: nothing was generated or charged. */
  cached: boolean;
}

export type StreamEvent =
  /** The request is on its way: from here on it may be charged. */
  | { type: 'sent' }
  /** All that the model has thought aloud so far. */
  | { type: 'thought'; thought: string }
  /** One of these three is the last. */
  | { type: 'picture'; picture: Picture }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'failed'; problem: Problem };
/** Why there is no picture, in the field's few kinds. */
export type RefusalReason =
  | 'prompt-blocked'
  | 'picture-blocked'
  | 'too-similar'
  | 'language'
  | 'cut-short'
  | 'no-picture'
  | 'unknown';
export interface Refusal {
  /** What was refused: the prompt before anything was drawn, or what came of it. */
  stage: 'prompt' | 'output';
  reason: RefusalReason;
  /** The model's own words, if it said any. Text, never markup. */
  words: string;
  /** Whether the usage bills a picture. */
  charged: Charged | 'yes';
}

/** Makes one take, and tells what comes of it. */
export type Generate = (take: Take, signal: AbortSignal) => AsyncIterable<StreamEvent>;
