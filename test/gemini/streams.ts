/** Builds streams of each kind that workerd has, cut into pieces of any length. */
import type { BlobSink, BlobWriter, Chunk, Lifted, OpenBlob } from '../../worker/gemini/lift/skeleton.ts';

export type StreamKind = 'default' | 'bytes' | 'native';

/** @param sizes Lengths of the pieces, repeated from the start as often as needed. */
export function streamOf(bytes: Uint8Array, sizes: readonly number[], kind: StreamKind): ReadableStream<Uint8Array> {
  const pieces = cut(bytes, sizes);
  if (kind === 'native') return nativeStream(pieces);
  let next = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array> | ReadableByteStreamController) => {
    const piece = pieces[next++];
    if (piece) return controller.enqueue(piece);
    controller.close();
    if ('byobRequest' in controller) controller.byobRequest?.respond(0);
  };
  return kind === 'bytes' ? new ReadableStream({ type: 'bytes', pull }) : new ReadableStream<Uint8Array>({ pull });
}

function nativeStream(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  const write = async () => {
    const writer = writable.getWriter();
    for (const piece of pieces) await writer.write(piece);
    await writer.close();
  };
  // A failure also reaches the reader.
  write().catch(() => undefined);
  return readable;
}

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? bytes.length;
    // Not `slice`, which on a Buffer does not copy.
    pieces.push(new Uint8Array(bytes.subarray(at, at + size)));
    at += size;
  }
  return pieces;
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A sink in memory that records the state of each blob. */
export function memorySink() {
  const blobs = new Map<string, { mimeType?: string; bytes: Uint8Array; state: 'open' | 'closed' | 'aborted' }>();
  const sink: BlobSink = {
    open({ kind, n, mimeType }): BlobWriter {
      const blob = { ...(mimeType !== undefined && { mimeType }), bytes: new Uint8Array(0), state: 'open' as string };
      const pieces: Uint8Array[] = [];
      blobs.set(`${kind}/${n}`, blob as never);
      return {
        write: (bytes) => void pieces.push(new Uint8Array(bytes)),
        close() {
          blob.bytes = Buffer.concat(pieces);
          blob.state = 'closed';
        },
        abort() {
          blob.state = 'aborted';
        },
      };
    },
  };
  const open: OpenBlob = ({ kind, n }: Lifted) => {
    const blob = blobs.get(`${kind}/${n}`);
    if (!blob) throw new Error(`no ${kind} ${n}`);
    return blob.bytes;
  };
  return { sink, blobs, open };
}

export async function collect(chunks: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const all: Chunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}
