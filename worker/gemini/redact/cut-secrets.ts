/** Cuts secrets out of bytes, however they are escaped, one piece after the other. */
import type { SecretSearch } from './secret-search.ts';
import { undoEscapes } from './unescaped.ts';

export interface Cut {
  passing: Uint8Array;
  hasCut: boolean;
  /** From here on the bytes may be the beginning of a secret, and belong before what comes next. */
  keptFrom: number;
}

/** @param isLast Nothing follows: what only may become a secret is none. */
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
