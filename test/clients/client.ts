/** The operations that the matrix tests. Each client is used unmodified, as its documentation shows. */
import manifest from './package.json' with { type: 'json' };

/** Pictures in standard base64. */
export type Pictures = readonly string[];

export interface Access {
  /** The deployment, without a slash at its end. */
  url: string;
  apiKey: string;
  /** A model's id, without `models/`. */
  model: string;
}

/**
 * A client under test. Each method returns the pictures that the client's user gets, or throws the client's error. An
 * absent method: the client lacks the operation, or it does not work at Google either.
 */
export interface Client {
  /** Name in the matrix, with the version. */
  name: string;
  generate?(access: Access, prompt: string): Promise<Pictures>;
  /** @param picture A PNG in base64, sent inline. */
  edit?(access: Access, prompt: string, picture: string): Promise<Pictures>;
  /** Both prompts in one conversation. @returns Those of the second turn. */
  turns?(access: Access, prompts: Two): Promise<Pictures>;
  stream?(access: Access, prompt: string): Promise<Pictures>;
  /** As {@link turns}, both streamed. */
  streamedTurns?(access: Access, prompts: Two): Promise<Pictures>;
  /** Uploads a PNG, and edits it by its address. */
  file?(access: Access, prompt: string, picture: Uint8Array): Promise<Pictures>;
  /** Several pictures of one request, in one client call. */
  several?(access: Access, prompt: string, count: number): Promise<Pictures>;
  /** Uses Google's newer Interactions API, which Peel does not have. */
  interact?(access: Access, prompt: string): Promise<unknown>;
}

export type Two = readonly [string, string];

/** The version of a package under test, for the matrix; the versions are pinned exactly. */
export function versionOf(packageName: keyof typeof manifest.dependencies): string {
  return manifest.dependencies[packageName].replace(/^npm:.*@/, '');
}

/** A part of Gemini's answers, in any client's form. */
export interface GeminiPart {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  inlineData?: { mimeType?: string; data?: string };
}

export interface GeminiContent {
  role?: string;
  parts?: GeminiPart[];
}

export interface GeminiAnswer {
  candidates?: { content?: GeminiContent; finishReason?: string }[];
}

/** The pictures of an answer, or of a stream's events, drafts left out. */
export const picturesIn = (...answers: readonly GeminiAnswer[]): Pictures =>
  picturesOfParts(answers.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []));

export const picturesOfParts = (parts: readonly GeminiPart[]): Pictures =>
  parts.flatMap(({ thought, inlineData }) => (inlineData?.data && !thought ? [inlineData.data] : []));

/** Collects all items of a stream. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}
