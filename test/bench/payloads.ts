/** The requests of the benchmark: answers of four sizes, with new or repeated prompts. */

export interface Payload {
  name: 'tiny' | '2 MB' | '6 MB' | '24 MB';
  /** Size of the answer as upstream sends it. */
  bytes: number;
  word: string;
}

export const PAYLOADS: readonly Payload[] = [
  { name: 'tiny', bytes: 1500, word: '[[size:tiny]]' },
  { name: '2 MB', bytes: 2e6, word: '[[size:2MB]]' },
  { name: '6 MB', bytes: 6e6, word: '[[size:6MB]]' },
  { name: '24 MB', bytes: 24e6, word: '[[size:24MB]]' },
];

export const payload = (name: Payload['name']): Payload => PAYLOADS.find((each) => each.name === name) as Payload;

/** A model that every measured server knows; its default size is 1K. */
export const MODEL = 'gemini-3.1-flash-image';

let asked = 0;

/** A prompt that no request has used before. */
export const newPrompt = (words: string): string => `bench ${process.pid}-${++asked} ${words}`;

export const bodyOf = (prompt: string): string =>
  JSON.stringify({ contents: [{ role: 'user', parts: [{ text: prompt }] }] });
