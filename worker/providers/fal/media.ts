/**
 * Reads a picture from a media host. It exists there and is paid for, so a download that breaks off is gone on with
 * where it broke, by a range request (https://www.rfc-editor.org/rfc/rfc9110#name-range-requests).
 */
import { createPieceReader, type PieceReader } from '../../gemini/lift/piece-reader.ts';
import type { FalHttp } from './http.ts';

export interface MediaOptions {
  http: FalHttp;
  pause: (ms: number) => Promise<unknown>;
  pieceBytes: number;
  maxBytes: number;
}

/** What came is no part of the picture, and asking again would not change that. */
export class UnusableMedia extends Error {
  override name = 'UnusableMedia';
}

/** Tries in a row that bring no byte. */
const TRIES = 3;
const RETRY_PAUSE_MS = 500;

/** @returns Pieces of at most `pieceBytes`. A read throws {@link UnusableMedia}, or an Error after the last try. */
export function createMediaReader(url: string, signal: AbortSignal, options: MediaOptions): PieceReader {
  const { http, pause, pieceBytes, maxBytes } = options;
  /** Of the whole picture, where its host says it. */
  let length: number | undefined;
  /** Bytes that were handed on. */
  let at = 0;
  /** Bytes that a host without ranges sends again. */
  let skip = 0;
  let source: PieceReader | undefined;

  async function open(): Promise<PieceReader> {
    const response = await http.getPicture(url, signal, at);
    const { status, headers, body } = response;
    const [, from, whole] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('Content-Range') ?? '') ?? [];
    const isRest = status === 206 && Number(from) === at;
    if (!body || (status !== 200 && !isRest)) {
      await body?.cancel();
      // A redirect is not followed, because its host is not checked.
      throw new Error(`its host answered with HTTP ${status}`);
    }
    const told = whole ?? headers.get('Content-Length');
    if (told !== null) length = Number(told);
    if ((length ?? 0) > maxBytes) {
      await body.cancel();
      throw new UnusableMedia(`the picture is larger than ${maxBytes} bytes`);
    }
    skip = isRest ? 0 : at;
    return createPieceReader(body, pieceBytes);
  }

  async function readOnce(): Promise<Uint8Array | undefined> {
    source ??= await open();
    for (;;) {
      const piece = await source.read();
      if (piece && piece.length <= skip) {
        skip -= piece.length;
        continue;
      }
      if (piece) return piece.subarray(skip);
      if (length !== undefined && at < length) throw new Error(`the picture ends after ${at} of ${length} bytes`);
      return undefined;
    }
  }

  return {
    async read() {
      for (let tried = 1; ; tried += 1) {
        try {
          const piece = await readOnce();
          skip = 0;
          at += piece?.length ?? 0;
          return piece;
        } catch (error) {
          // A source that was refused or broke off may still hold its connection. Its own error is the one above.
          await source?.cancel().catch(() => undefined);
          source = undefined;
          if (error instanceof UnusableMedia || signal.aborted || tried >= TRIES) throw error;
          await pause(RETRY_PAUSE_MS * tried);
        }
      }
    },
    async cancel() {
      await source?.cancel();
    },
  };
}
