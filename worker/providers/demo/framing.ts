/**
 * Writes the beats of an answer as Google's bytes, in each of its three forms. The picture is never whole in memory:
 * its base64 is written while it is painted.
 */
import type { Form } from '../../request/target.ts';
import { encodeBase64 } from './base64.ts';

/** A part of an answer; `picture` takes the place of `inlineData`. */
export type DemoPart =
  | { text: string; thought?: true; thoughtSignature?: string }
  | { picture: () => Iterable<Uint8Array>; thoughtSignature?: string };

/** Parts that come after a pause. In the streaming forms each beat is an event. */
export interface Beat {
  afterMs: number;
  parts: DemoPart[];
}

export interface DemoAnswer {
  beats: Beat[];
  finishReason: string;
  finishMessage?: string;
  groundingMetadata?: Record<string, unknown>;
  /** `usageMetadata`, `modelVersion`, `responseId`: on every event, as Google sends them. */
  envelope: Record<string, unknown>;
}

/** @param pause Milliseconds. */
export async function* frameAnswer(
  answer: DemoAnswer,
  form: Form,
  pause: (ms: number) => Promise<unknown>,
): AsyncGenerator<Uint8Array, void> {
  // Google sends JSON when everything is done, and streams step by step.
  const beats =
    form === 'json'
      ? [
          {
            afterMs: answer.beats.reduce((sum, beat) => sum + beat.afterMs, 0),
            parts: answer.beats.flatMap((beat) => beat.parts),
          },
        ]
      : answer.beats;
  const { before, between, after } = FRAMES[form];
  const encoder = new TextEncoder();
  for (const [index, beat] of beats.entries()) {
    await pause(beat.afterMs);
    yield encoder.encode(index === 0 ? before : between);
    yield* writeMessage(answer, beat.parts, index === beats.length - 1);
  }
  yield encoder.encode(after);
}

const FRAMES: Record<Form, { before: string; between: string; after: string }> = {
  json: { before: '', between: '', after: '\n' },
  array: { before: '[', between: '\n,\r\n', after: '\n]\n' },
  sse: { before: 'data: ', between: '\r\n\r\ndata: ', after: '\r\n\r\n' },
};

function* writeMessage(answer: DemoAnswer, parts: readonly DemoPart[], last: boolean): Generator<Uint8Array, void> {
  const encoder = new TextEncoder();
  const { finishReason, finishMessage, groundingMetadata, envelope } = answer;
  const message = JSON.stringify({
    candidates: [
      {
        content: { role: 'model', ...(parts.length > 0 && { parts: parts.map(toWirePart) }) },
        ...(last && {
          finishReason,
          ...(finishMessage && { finishMessage }),
          ...(groundingMetadata && { groundingMetadata }),
        }),
        index: 0,
      },
    ],
    ...envelope,
  });
  const pictures = parts.flatMap((part) => ('picture' in part ? [part.picture] : []));
  const [head = '', ...rest] = message.split(EMPTY_PICTURE);
  yield encoder.encode(head);
  for (const [index, text] of rest.entries()) {
    yield encoder.encode(EMPTY_PICTURE.slice(0, -1));
    yield* encodeBase64(pictures[index]?.() ?? []);
    yield encoder.encode(`"${text}`);
  }
}

/** Marks the place of a picture. It cannot occur inside a JSON string, where quotes are escaped. */
const EMPTY_PICTURE = '"inlineData":{"mimeType":"image/png","data":""';

function toWirePart(part: DemoPart): Record<string, unknown> {
  if ('text' in part) return { ...part };
  const { thoughtSignature } = part;
  return { inlineData: { mimeType: 'image/png', data: '' }, ...(thoughtSignature && { thoughtSignature }) };
}
