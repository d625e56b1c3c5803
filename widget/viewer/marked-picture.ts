import type { Region } from '../model.ts';
import { downloadAddress } from '../run/picture.ts';

/** The longer side of what is sent: the picture itself goes along, this one only says where. */
const MAX_SIDE = 1024;
const QUALITY = 0.9;

/**
 * Draws a picture again with a red frame around a place, as a reference for the model.
 *
 * @returns A JPEG of at most {@link MAX_SIDE} pixels.
 * @throws When the picture cannot be fetched or decoded, or the browser gives no canvas.
 */
export async function markedPicture(url: string, region: Region, fetch: typeof globalThis.fetch): Promise<Blob> {
  const answer = await fetch(downloadAddress(url));
  if (!answer.ok) throw new Error(`The picture answered ${answer.status}.`);
  const bitmap = await createImageBitmap(await answer.blob());
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gives no canvas.');
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  drawFrame(context, region);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
  if (!blob) throw new Error('The browser did not encode the picture.');
  return blob;
}

/** The frame lies inside the place, so an edge of the picture does not cut it off. White keeps it apart from red. */
function drawFrame(context: CanvasRenderingContext2D, { x, y, width, height }: Region) {
  const { width: wide, height: high } = context.canvas;
  const line = Math.max(2, Math.round(Math.max(wide, high) / 200));
  for (const [color, inset] of [
    ['#ff0022', line / 2],
    ['#ffffff', line * 1.5],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = line;
    context.strokeRect(x * wide + inset, y * high + inset, width * wide - inset * 2, height * high - inset * 2);
  }
}
