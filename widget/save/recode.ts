import { runInWorker } from '../trusted.ts';

/**
 * Writes a picture in another type. A browser that cannot write the type writes PNG.
 *
 * A worker gets this function as text. So its body uses nothing from outside but what every browser has.
 */
async function draw(source: Blob, type: string): Promise<Blob> {
  const bitmap = await createImageBitmap(source);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('There is no canvas of this size.');
  if (type === 'image/jpeg') {
    // JPEG has no transparency; left alone it becomes black.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  // High enough that no loss is seen in a picture that was lossy before.
  return canvas.convertToBlob({ type, quality: 0.92 });
}

/**
 * The picture in another type, written beside the page's own thread: a browser's encoder would stop the page for half a
 * second at 4K. Where the page forbids workers it does.
 */
export const recode = (source: Blob, type: string): Promise<Blob> =>
  runInWorker(draw, [source, type]).catch(() => draw(source, type));
