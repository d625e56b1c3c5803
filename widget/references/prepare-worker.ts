export interface RedrawOptions {
  /** Longest side of the picture, in pixels. */
  maxSide: number;
  /** Bytes. The picture gets coarser, then smaller, until it has no more. */
  maxBytes: number;
  /** Shorter side of the small copy, in pixels. */
  previewSide: number;
  /** It can have neither transparency nor sharp edges worth a larger file. */
  isPhoto: boolean;
}

export interface Redrawn {
  blob: Blob;
  preview: Blob;
}

/**
 * Draws a picture again: upright, without metadata such as the place where it was taken, and no larger than needed.
 *
 * A worker gets this function as text. So its body uses nothing from outside but what every browser has.
 *
 * @throws For anything but a picture that the browser can draw.
 */
export async function redraw(
  source: Blob | ImageBitmap,
  { maxSide, maxBytes, previewSide, isPhoto }: RedrawOptions,
): Promise<Redrawn> {
  const draw = async (picture: ImageBitmap | OffscreenCanvas, scale: number): Promise<OffscreenCanvas> => {
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    const canvas = new OffscreenCanvas(width, height);
    // Browsers scale a bitmap beside the page's own thread. A canvas would do it on that thread.
    const scaled = await createImageBitmap(picture, {
      resizeWidth: width,
      resizeHeight: height,
      resizeQuality: 'high',
    });
    canvas.getContext('2d')?.drawImage(scaled, 0, 0, width, height);
    scaled.close();
    return canvas;
  };
  const isTransparent = async (canvas: OffscreenCanvas): Promise<boolean> => {
    const { width, height } = canvas;
    for (let top = 0; top < height; top += 256) {
      const pixels = canvas.getContext('2d')?.getImageData(0, top, width, Math.min(256, height - top)).data ?? [];
      for (let alpha = 3; alpha < pixels.length; alpha += 4) if (pixels[alpha] !== 255) return true;
      // Where there is no worker, the visitor's own input goes first.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return false;
  };

  const picture = source instanceof Blob ? await createImageBitmap(source, { imageOrientation: 'from-image' }) : source;
  // A large file is a photo whatever its type, and would take long to write without loss.
  const isSharp = !isPhoto && !(source instanceof Blob && source.size > 4 * maxBytes);
  const longest = Math.max(picture.width, picture.height);
  for (let side = Math.min(maxSide, longest); ; side *= 0.75) {
    const canvas = await draw(picture, side / longest);
    const lossy = !isPhoto && (await isTransparent(canvas)) ? 'image/webp' : 'image/jpeg';
    for (const quality of isSharp ? [1, 0.9, 0.8, 0.7] : [0.9, 0.8, 0.7]) {
      const type = quality === 1 ? 'image/png' : lossy;
      const blob = await canvas.convertToBlob({ type, quality });
      if (blob.size > maxBytes && side > 256) continue;
      picture.close();
      const small = await draw(canvas, Math.min(1, previewSide / Math.min(canvas.width, canvas.height)));
      return { blob, preview: await small.convertToBlob({ type, quality: 0.8 }) };
    }
  }
}
