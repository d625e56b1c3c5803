/** Saves and copies a finished picture. Loaded on the first use. */
import { downloadAddress } from './picture.ts';

/** Saves the bytes unchanged, metadata included. @throws When they cannot be fetched. */
export async function savePicture(url: string, name: string, fetcher: typeof fetch): Promise<void> {
  const blob = await fetchBlob(url, fetcher);
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the blob only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/**
 * Puts the picture on the clipboard. Clipboards accept PNG only, so other types are redrawn.
 *
 * @throws When the browser or the page's policy forbids it.
 */
export async function copyPicture(url: string, fetcher: typeof fetch): Promise<void> {
  // Pass the promise, not its value: after an `await` the visitor's permission may have expired.
  const png = fetchBlob(url, fetcher).then((blob) => (blob.type === 'image/png' ? blob : toPng(blob)));
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
}

async function fetchBlob(url: string, fetcher: typeof fetch): Promise<Blob> {
  const response = await fetcher(downloadAddress(url), { credentials: 'omit' });
  if (!response.ok) throw new Error(`The picture answered with status ${response.status}.`);
  return response.blob();
}

async function toPng(blob: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/png' });
}

/** A name from the prompt's first words: `a-red-fox.png`. */
export function fileName(prompt: string, mimeType: string): string {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const stem = words.slice(0, 6).join('-').slice(0, 60) || 'picture';
  const type = /^image\/(png|jpeg|webp)\b/.exec(mimeType)?.[1] ?? 'png';
  return `${stem}.${type === 'jpeg' ? 'jpg' : type}`;
}
