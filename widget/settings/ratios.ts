/** The shapes of pictures, and their names. */
import type { Key } from '../words/keys.ts';

/** Names of the 14 aspect ratios of Gemini's image models, in the order of the picker. */
const NAMES: Readonly<Record<string, Key>> = {
  '1:1': 'square',
  '3:4': 'portrait',
  '9:16': 'tall',
  '16:9': 'wide',
  '5:4': 'card',
  '4:3': 'classic',
  '3:2': 'photo',
  '21:9': 'cinema',
  '4:1': 'banner',
  '8:1': 'ribbon',
  '4:5': 'post',
  '2:3': 'poster',
  '1:4': 'bookmark',
  '1:8': 'spine',
};

/** As in a request, such as `16:9`. */
export const RATIOS: readonly string[] = Object.keys(NAMES);

/**
 * @param id `auto` or a ratio.
 * @returns undefined for a ratio without a name. Its figures stand in for one.
 */
export const nameOfShape = (id: string): Key | undefined => (id === 'auto' ? 'any' : NAMES[id]);

/** @returns 1 by 1 for anything but two whole numbers, such as `auto`. */
export function parseRatio(id: string): { width: number; height: number } {
  const [width, height] = id.split(':').map(Number);
  return width && height ? { width, height } : { width: 1, height: 1 };
}

/** The ratio of a list that a picture's shape comes nearest to. */
export function nearestRatio(shape: number, ids: readonly string[]): string {
  const distance = (id: string) => {
    const { width, height } = parseRatio(id);
    return Math.abs(Math.log(width / height / shape));
  };
  return ids.toSorted((one, other) => distance(one) - distance(other))[0] ?? 'auto';
}
