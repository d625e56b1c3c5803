import type { Content, GenerateBody } from './gemini.ts';
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
  /** All thoughts of the model, or empty. */
  thoughts: string;
  /** The picture was already stored: nothing was generated or charged. */
  cached: boolean;
  /** The model's turn as a later request sends it back, signatures included; without thoughts. */
  content: Content;
  /** Pages that the model looked up. */
  sources: readonly Source[];
  /** Searches that the model made. */
  queries: readonly string[];
  /** Address of Google's search suggestion, if the answer has one. */
  suggestionUrl?: string;
}

export interface Source {
  /** `https:` or `http:`. */
  url: string;
  /** Its title, or its host where it has none. */
  title: string;
}

export type StreamEvent =
  /** The request has left the browser: from here on it may be charged. */
  | { type: 'sent' }
  /** All thoughts so far. */
  | { type: 'thought'; thought: string }
  /** A picture that is not final. */
  | { type: 'draft'; url: string }
  /** A stream ends with one of these three. */
  | { type: 'picture'; picture: Picture }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'failed'; problem: Problem };

/** Why there is no picture. */
export type RefusalReason =
  | 'prompt-blocked'
  | 'picture-blocked'
  | 'too-similar'
  | 'language'
  | 'cut-short'
  | 'no-picture'
  | 'unknown';
export interface Refusal {
  /** What was refused: the prompt before generation, or the generated output. */
  stage: 'prompt' | 'output';
  reason: RefusalReason;
  /** The model's own words, or empty. Text, never markup. */
  words: string;
  /** Whether the usage bills a picture. */
  charged: Charged | 'yes';
}

/** Requests one take and yields its events. */
export type Generate = (take: Take, signal: AbortSignal) => AsyncIterable<StreamEvent>;
