/** Answers from a stored manifest, in any form. An answer begins only if all of its pictures can be read. */
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

/** @returns undefined if a picture of the manifest is gone. The caller treats that as a miss. */
export async function answerWhole(
  manifest: Manifest,
  wanted: Wanted,
  delivery: PictureDelivery,
): Promise<AnswerBody | undefined> {
  // Another form may join pieces of text, and a key may appear only in the joined text: redact again.
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

/** A linked answer is JSON written anew, so it has neither lifted nor `raw` segments. */
const textOf = (segments: Chunk): string => segments.filter((segment) => typeof segment === 'string').join('');
