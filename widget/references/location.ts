/** The tag of the first directory that points to the directory with the position (Exif 3.0, section 4.6.3). */
const GPS_DIRECTORY = 0x8825;
/** Bytes of one value, by the number of its type (TIFF 6.0, section 2). */
const VALUE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
const ENTRY_BYTES = 12;

/**
 * Blanks the position in the Exif data of a picture that is sent as it is. Lengths and places of all other bytes stay.
 *
 * @param bytes A whole file. They are changed.
 */
export function blankLocation(bytes: Uint8Array<ArrayBuffer>): void {
  for (let at = bytes.indexOf(0x45); at >= 0; at = bytes.indexOf(0x45, at + 1)) {
    // "Exif", two zero bytes, then a TIFF header.
    if (bytes[at + 1] === 0x78 && bytes[at + 2] === 0x69 && bytes[at + 3] === 0x66) {
      const isWhole = bytes[at + 4] === 0 && bytes[at + 5] === 0;
      if (isWhole) blankIn(new DataView(bytes.buffer, bytes.byteOffset + at + 6, bytes.length - at - 6));
    }
  }
}

/** @param tiff Starts at the header: offsets count from there. */
function blankIn(tiff: DataView): void {
  const has = (offset: number, length: number) => offset + length <= tiff.byteLength;
  if (!has(0, 8)) return;
  const isLittle = tiff.getUint16(0) === 0x4949;
  const read16 = (offset: number) => tiff.getUint16(offset, isLittle);
  const read32 = (offset: number) => tiff.getUint32(offset, isLittle);
  const entriesOf = (directory: number) => {
    const entries: number[] = [];
    if (!has(directory, 2)) return entries;
    for (let left = read16(directory), entry = directory + 2; left > 0 && has(entry, ENTRY_BYTES); left -= 1) {
      entries.push(entry);
      entry += ENTRY_BYTES;
    }
    return entries;
  };
  const blank = (offset: number, length: number) => {
    const { buffer, byteOffset, byteLength } = tiff;
    new Uint8Array(buffer, byteOffset, byteLength).fill(0, offset, offset + length);
  };

  if (read16(2) !== 42) return;
  for (const entry of entriesOf(read32(4))) {
    if (read16(entry) !== GPS_DIRECTORY) continue;
    const directory = read32(entry + 8);
    for (const position of entriesOf(directory)) {
      const length = (VALUE_BYTES[read16(position + 2)] ?? 0) * read32(position + 4);
      // Longer values stand elsewhere.
      if (length > 4) blank(read32(position + 8), length);
      blank(position, ENTRY_BYTES);
    }
    // A directory without entries.
    if (has(directory, 2)) blank(directory, 2);
  }
}
