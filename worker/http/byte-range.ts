/** A part of a representation, in bytes. */
export interface ByteRange {
  offset: number;
  length: number;
}

/**
 * Parses a `Range` header for a representation of `size` bytes (RFC 9110 §14.2).
 *
 * @returns `ignore` for anything but a single byte range, which a server may answer with the whole; `unsatisfiable` for
 *   a range that begins past the end.
 */
export function parseRange(header: string, size: number): ByteRange | 'ignore' | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return 'ignore';
  if (first === '') {
    const length = Math.min(size, Number(last));
    return length > 0 ? { offset: size - length, length } : 'unsatisfiable';
  }
  const offset = Number(first);
  const end = last === '' ? size - 1 : Math.min(size - 1, Number(last));
  if (last !== '' && Number(last) < offset) return 'ignore';
  return offset < size ? { offset, length: end - offset + 1 } : 'unsatisfiable';
}
