import { BodyLate, type BodyTime } from '../gemini/timely-source.ts';
import { fail, invalidField, type Result, succeed } from '../shared/failure.ts';
import { BodyBroken, BodyTooLong, readBounded } from '../storage/bounded-body.ts';

/**
 * Reads a body as a whole. Fails if it is too long, counted as it arrives and not by `Content-Length`, or if it arrives
 * too late.
 *
 * @param time Absent: the usual time limit of a body.
 */
export async function readBytes({ body }: Request, maxBytes: number, time?: BodyTime): Promise<Result<Uint8Array>> {
  const pieces: Uint8Array[] = [];
  try {
    // A piece is valid until the next one is read.
    for await (const piece of readBounded(body, maxBytes, time)) pieces.push(piece.slice());
  } catch (error) {
    if (error instanceof BodyTooLong) return fail({ reason: 'BODY_TOO_LARGE', maxBytes });
    if (error instanceof BodyLate) return fail({ reason: 'BODY_TIMEOUT', afterSeconds: error.seconds });
    if (error instanceof BodyBroken) return fail(invalidField('body', 'must arrive whole.'));
    throw error;
  }
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return succeed(bytes);
}
