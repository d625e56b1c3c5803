/** What the matrix asks of every client, in the client's own terms: it is used as its documents show, unmodified. */
import manifest from './package.json' with { type: 'json' };

/** Bytes of pictures in standard base64. */
export type Pictures = readonly string[];

export interface Access {
  /** The deployment, without a slash at its end. */
  url: string;
  apiKey: string;
  /** A model's id, without `models/`. */
  model: string;
}

/**
 * A client under test. Each method returns the pictures that the client's user holds in the end, or throws what that
 * user would have to catch. Absent: the client has no such thing, or cannot do it at Google either.
 */
export interface Client {
  /** As the matrix names it, with its version. */
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
  /** Several pictures of one request, in one call of the client. */
  several?(access: Access, prompt: string, count: number): Promise<Pictures>;
  /** Asks by Google's newer Interactions API, which Peel has not. */
  interact?(access: Access, prompt: string): Promise<unknown>;
}

export type Two = readonly [string, string];

/** The version of a package under test, as the matrix shows it: pins are exact. */
export function versionOf(packageName: keyof typeof manifest.dependencies): string {
  return manifest.dependencies[packageName].replace(/^npm:.*@/, '');
}

/** Of Gemini's answers, in whatever form a client shows them. */
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

/** What a stream's reader collects. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}
