/** Binary bytes a piece. A multiple of three, so that only the last piece can end in `=`. */
const PIECE_BYTES = 48 * 1024;

/**
 * Encodes bytes that come in pieces as base64, in ASCII pieces of 64 KiB. Each piece costs its reader time, so small
 * ones are joined.
 */
export function* encodeBase64(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  const encoder = new TextEncoder();
  const held = new Uint8Array(PIECE_BYTES);
  let count = 0;
  for (let piece of pieces) {
    while (piece.length > 0) {
      const taken = piece.subarray(0, PIECE_BYTES - count);
      held.set(taken, count);
      count += taken.length;
      piece = piece.subarray(taken.length);
      if (count < PIECE_BYTES) continue;
      yield encoder.encode(held.toBase64());
      count = 0;
    }
  }
  if (count > 0) yield encoder.encode(held.subarray(0, count).toBase64());
}
