/** An answer that is all there: from its manifest, in any form. Begun only when it can be finished. */
import { deriveForm } from '../gemini/forms/forms.ts';
import { type Chunk, isLifted } from '../gemini/lift/skeleton.ts';
import { splice, splicedLength } from '../gemini/lift/splice.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { PictureDelivery, Wanted } from './delivery.ts';

export const CONTENT_TYPES = {
  json: 'application/json; charset=UTF-8',
  array: 'application/json; charset=UTF-8',
  sse: 'text/event-stream',
} as const;

export interface AnswerBody {
  body: ReadableStream<Uint8Array> | string;
  headers: Record<string, string>;
}

/** @returns undefined where a picture of the manifest is gone: the caller treats it as a miss. */
export async function answerWhole(
  manifest: Manifest,
  wanted: Wanted,
  delivery: PictureDelivery,
): Promise<AnswerBody | undefined> {
  // What was joined from pieces is looked at again.
  const chunks = deriveForm(manifest.chunks, manifest.form, wanted.form).map(delivery.redact);
  const headers = { 'Content-Type': CONTENT_TYPES[wanted.form] };
  if (wanted.delivery === 'link') {
    if (!(await delivery.hasAll(manifest.id, chunks))) return undefined;
    const linked = chunks.flatMap((chunk) => delivery.link(chunk, manifest, wanted));
    return { body: textOf(linked), headers };
  }
  const open = await delivery.openAll(manifest.id, chunks);
  if (!open) return undefined;
  const segments = chunks.flat();
  if (!segments.some(isLifted)) return { body: splice(segments, open), headers };
  return { body: splice(segments, open), headers: { ...headers, 'Content-Length': String(splicedLength(segments)) } };
}

/** A linked answer has nothing lifted left; `raw` stretches cannot stand in JSON that was written anew. */
const textOf = (segments: Chunk): string => segments.filter((segment) => typeof segment === 'string').join('');
