/** Takes a finished picture out of the element: as bytes, as a file, onto the clipboard, or to another app. */
import type { Result } from '../model.ts';
import { downloadAddress } from '../run/picture.ts';
import { SAVE } from '../words/english/save.ts';
import { fileName } from './file-name.ts';
import { recode } from './recode.ts';

export type FileType = 'original' | 'webp' | 'jpeg';

/** The bytes as they are kept, metadata included. @throws When they do not arrive. */
export async function toBlob({ url, mimeType }: Result, fetcher: typeof fetch): Promise<Blob> {
  const response = await fetcher(downloadAddress(url), { credentials: 'omit' });
  if (!response.ok) throw new Error(`The picture answered with status ${response.status}.`);
  const blob = await response.blob();
  return blob.type ? blob : blob.slice(0, blob.size, mimeType);
}

/** Saves a file. `original` is the bytes unchanged. @throws When they do not arrive. */
export async function saveAs(result: Result, { type }: { type: FileType }, fetcher: typeof fetch): Promise<void> {
  const file = toFile(result, await convert(await toBlob(result, fetcher), type));
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  // The browser reads the blob only after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Puts the picture on the clipboard as PNG. @throws When the browser or the page's policy forbids it. */
export async function copyPicture(result: Result, fetcher: typeof fetch): Promise<void> {
  // Pass the promise, not its value: after an `await` the visitor's permission may have expired.
  const png = toBlob(result, fetcher).then((blob) => convert(blob, 'png'));
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
}

/** @throws When the browser or the page's policy forbids it. */
export const copyLink = (result: Result): Promise<void> => navigator.clipboard.writeText(addressOf(result));

const addressOf = ({ url }: Result): string => new URL(url, document.baseURI).href;

/**
 * Hands the picture to another app: as a file where the browser can, else as a link.
 *
 * @throws `AbortError` when the visitor thinks better of it; another error when browser or page forbid it.
 */
export async function share(result: Result, fetcher: typeof fetch): Promise<void> {
  const probe = { files: [new File([], 'a.png', { type: 'image/png' })] };
  const isLink = !navigator.canShare?.(probe) && hasLink(result);
  await navigator.share(
    isLink ? { url: addressOf(result) } : { files: [toFile(result, await toBlob(result, fetcher))] },
  );
}

/** Whether others can open its address. A signed one is the visitor's own and expires; a `blob:` ends with the page. */
export const hasLink = (result: Result): boolean => /^https?:[^?]+$/.test(addressOf(result));

const toFile = ({ order }: Result, blob: Blob): File =>
  new File([blob], fileName(order.prompt, blob.type, SAVE.fileName), { type: blob.type });

/** A picture that has the type already keeps its bytes. */
async function convert(blob: Blob, type: FileType | 'png'): Promise<Blob> {
  const mimeType = `image/${type}`;
  return type === 'original' || blob.type === mimeType ? blob : recode(blob, mimeType);
}
