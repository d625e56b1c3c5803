/**
 * Reads the beginning of a body as text, then cancels the rest. Throws if the stream fails.
 *
 * @param maxBytes A character cut in half at the bound reads as a replacement character.
 */
export async function readBoundedText(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string> {
  if (!stream) return '';
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value.subarray(0, maxBytes - length));
    length += value.length;
    if (length < maxBytes) continue;
    await reader.cancel();
    break;
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}
