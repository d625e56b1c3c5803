/** Answers from a stored manifest, in any form. An answer begins only if all of its pictures can be read. */
import { deriveForm } from '../gemini/forms/forms.ts';
import { type Chunk, isLifted, type Lifted } from '../gemini/lift/skeleton.ts';
import { splice, splicedLength } from '../gemini/lift/splice.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { Opening, PictureDelivery, Wanted } from './delivery.ts';

export const CONTENT_TYPES = {
  json: 'application/json; charset=UTF-8',
  array: 'application/json; charset=UTF-8',
  sse: 'text/event-stream',
} as const;

export interface AnswerBody {
  body: ReadableStream<Uint8Array> | string;
  headers: Record<string, string>;
}

/** An answer, and the lifted strings in it. */
export interface WholeAnswer extends AnswerBody {
  blobs: readonly Lifted[];
}

export interface WholeOptions {
  /** Begun before the manifest was read. It is used if it has what this answer needs, and cancelled otherwise. */
  opening?: Opening | undefined;
  /** The run has just stored every picture, so links need no look. */
  isJustStored?: boolean;
}

/** @returns undefined if a picture of the manifest is gone. The caller treats that as a miss. */
export async function answerWhole(
  manifest: Manifest,
  wanted: Wanted,
  delivery: PictureDelivery,
  { opening, isJustStored }: WholeOptions = {},
): Promise<WholeAnswer | undefined> {
  // Another form may join pieces of text, and a key may appear only in the joined text: redact again.
  const chunks = deriveForm(manifest.chunks, manifest.form, wanted.form).map(delivery.redact);
  const segments = chunks.flat();
  const blobs = segments.filter(isLifted);
  const headers = { 'Content-Type': CONTENT_TYPES[wanted.form] };
  const isLinked = wanted.delivery === 'link';
  const open = await openAll(manifest.id, isLinked && isJustStored ? [] : blobs, wanted, delivery, opening);
  if (!open) return undefined;
  if (isLinked) {
    const linked = chunks.flatMap((chunk) => delivery.link(chunk, manifest, wanted));
    return { body: textOf(linked), headers, blobs };
  }
  if (blobs.length === 0) return { body: splice(segments, open), headers, blobs };
  const length = String(splicedLength(segments));
  return { body: splice(segments, open), headers: { ...headers, 'Content-Length': length }, blobs };
}

function openAll(
  id: string,
  blobs: readonly Lifted[],
  wanted: Wanted,
  delivery: PictureDelivery,
  opening: Opening | undefined,
): Opening['opened'] {
  if (opening && opening.id === id && isSame(opening.blobs, blobs)) return opening.opened;
  void opening?.cancel();
  return delivery.begin(id, blobs, wanted.delivery).opened;
}

const isSame = (some: readonly Lifted[], others: readonly Lifted[]): boolean =>
  some.length === others.length && some.every(({ kind, n }, at) => kind === others[at]?.kind && n === others[at]?.n);

/** A linked answer is JSON written anew, so it has neither lifted nor `raw` segments. */
const textOf = (segments: Chunk): string => segments.filter((segment) => typeof segment === 'string').join('');
