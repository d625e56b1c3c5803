/** Small pictures of versions: as the worker makes them, or as the browser keeps them. */
import type { Turn } from '../model.ts';
import { resultOf } from './thread.ts';

/** One of the widths that the worker makes (docs/api.md); for twice the pixels of the largest tile. */
const WIDTH = 320;
/** The short side of a thumbnail that is made here. */
const SHORT_SIDE = 160;
/** Above this the worker has sent the picture itself, because it makes no more renditions today. */
const MAX_BYTES = 80 * 1024;

/** The address of a small version. A picture that came as data has none but its own. */
export function thumbnailUrl(url: string): string {
  if (!/^https?:/.test(url)) return url;
  const small = new URL(url);
  small.searchParams.set('w', String(WIDTH));
  return small.href;
}

/** Fetches a small version to keep. @returns undefined if the picture does not open or is none. */
export async function fetchThumbnail(fetch: typeof globalThis.fetch, url: string): Promise<Blob | undefined> {
  try {
    const response = await fetch(thumbnailUrl(url), { credentials: 'omit' });
    if (!response.ok) return undefined;
    const blob = await response.blob();
    if (!/^image\//.test(blob.type)) return undefined;
    return blob.size > MAX_BYTES ? await shrink(blob) : blob;
  } catch {
    // No network, or bytes that are no picture. The address serves as long as the picture does.
    return undefined;
  }
}

async function shrink(blob: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  const scale = Math.min(1, Math.max(SHORT_SIDE / Math.min(width, height), WIDTH / Math.max(width, height)));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
}

/** Ids of the turns whose picture is not there any more. A picture that could not be asked for is not among them. */
export async function findGone(turns: readonly Turn[], fetch: typeof globalThis.fetch): Promise<Set<string>> {
  const isGone = async (turn: Turn) => {
    const { url } = resultOf(turn);
    if (!/^https?:/.test(url)) return false;
    const response = await fetch(url, { method: 'HEAD', credentials: 'omit' }).catch(() => undefined);
    return response?.status === 404 || response?.status === 410;
  };
  const answers = await Promise.all(turns.map(isGone));
  return new Set(turns.filter((_, at) => answers[at]).map(({ id }) => id));
}

export interface Thumbnails {
  /** The address to show now; undefined while the browser's store is asked. */
  of(turn: Turn): string | undefined;
  /** Lets go of all pictures. The addresses given so far are dead then. */
  release(): void;
}

/**
 * The thumbnails that are shown. Kept ones win over the worker's: they cost nothing and outlive their picture.
 *
 * @param read The kept thumbnail of a turn's shown picture; absent where nothing is kept.
 * @param onChange An address has come.
 */
export function createThumbnails(
  read: ((turn: Turn) => Promise<Blob | undefined>) | undefined,
  onChange: () => void,
): Thumbnails {
  /** Undefined while the store is asked, empty where it has none. */
  const kept = new Map<string, string | undefined>();

  async function ask(turn: Turn, key: string) {
    kept.set(key, undefined);
    const blob = await read?.(turn);
    // It may have been released meanwhile.
    if (!kept.has(key)) return;
    kept.set(key, blob ? URL.createObjectURL(blob) : '');
    onChange();
  }

  return {
    of(turn) {
      const { url } = resultOf(turn);
      if (!read) return thumbnailUrl(url);
      const key = `${turn.id}/${turn.index}`;
      if (!kept.has(key)) void ask(turn, key);
      const address = kept.get(key);
      return address === '' ? thumbnailUrl(url) : address;
    },
    release() {
      for (const address of kept.values()) if (address) URL.revokeObjectURL(address);
      kept.clear();
    },
  };
}
