/** Cuts secrets out of bytes, one piece after the other, even if they are written with JSON escapes. */
import type { SecretSearch } from './secret-search.ts';
import { undoEscapes } from './unescaped.ts';

export interface Cut {
  /** The bytes that may pass. */
  passing: Uint8Array;
  /** Whether a secret was replaced. */
  hasCut: boolean;
  /** The source's bytes from here on may begin a secret. The caller puts them before the next piece. */
  keptFrom: number;
}

/** @param isLast Nothing follows, so the beginning of a secret at the end is no secret. */
export function cutSecrets(source: Uint8Array, search: SecretSearch, replacement: Uint8Array, isLast: boolean): Cut {
  const { bytes, length, toSource } = undoEscapes(source, isLast);
  const pieces: Uint8Array[] = [];
  let from = 0;
  let end = isLast ? length : undefined;
  for (let match = search.find(bytes, 0, length); match; match = search.find(bytes, from, length)) {
    if (match.isOpen && !isLast) {
      end = match.start;
      break;
    }
    pieces.push(source.subarray(toSource(from), toSource(match.start)), replacement);
    from = match.end;
  }
  const keptFrom = toSource(end ?? length - search.partialAtEnd(bytes, from, length));
  const rest = source.subarray(toSource(from), keptFrom);
  const hasCut = pieces.length > 0;
  return { passing: hasCut ? Buffer.concat([...pieces, rest]) : rest, hasCut, keptFrom };
}
