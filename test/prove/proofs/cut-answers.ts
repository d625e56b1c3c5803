/** Answers with a picture in every form, and the places to cut them. */
import { createHash } from 'node:crypto';
import { createPicture, noise } from '../../upstream/pictures.ts';

export type AnswerForm = 'json' | 'sse' | 'array';

export interface CuttableAnswer {
  contentType: string;
  bytes: Buffer;
  /** Offset behind the picture's closing quote. */
  afterPicture: number;
  /** Offset of the large signature after it. */
  signature: number;
  /** SHA-256 of the picture. */
  sha256: string;
}

/** Recorded ones have 1.1 to 2.9 million characters (docs/wire-facts.md#google-thoughts-and-signatures). */
const SIGNATURE_BYTES = 1_100_000;
const USAGE = {
  promptTokenCount: 12,
  candidatesTokenCount: 760,
  totalTokenCount: 946,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 12 }],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 747 }],
  thoughtsTokenCount: 174,
};

let signature: string | undefined;

/** @param mark Makes the picture unique. */
export function cuttableAnswer(form: AnswerForm, pictureBytes: number, mark: string): CuttableAnswer {
  const picture = createPicture({ mimeType: 'image/png', dimensions: [512, 512], bytes: pictureBytes, mark });
  const data = Buffer.concat(picture.pieces).toString('latin1');
  signature ??= noise(SIGNATURE_BYTES).toString('base64');
  const part = `{"inlineData":{"mimeType":"image/png","data":"${data}"},"thoughtSignature":"${signature}"}`;
  const content = `"content":{"role":"model","parts":[${part}]},"index":0`;
  const rest = `"usageMetadata":${JSON.stringify(USAGE)},"modelVersion":"m"`;
  const first = `{"candidates":[{${content}}],"modelVersion":"m"}`;
  const last = `{"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],${rest}}`;
  const text = {
    json: `{"candidates":[{${content},"finishReason":"STOP"}],${rest}}`,
    sse: `data: ${first}\r\n\r\ndata: ${last}\r\n\r\n`,
    array: `[${first}\n,\r\n${last}\n]`,
  }[form];
  return {
    contentType: form === 'sse' ? 'text/event-stream' : 'application/json; charset=UTF-8',
    bytes: Buffer.from(text, 'latin1'),
    afterPicture: text.indexOf(data) + data.length + 1,
    signature: text.indexOf(signature),
    sha256: createHash('sha256').update(Buffer.from(data, 'base64')).digest('hex'),
  };
}
