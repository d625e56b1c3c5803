/** Which of Peel's models a line of a bill is about, by whatever name it has there. */
import { type Catalog, SIZES, type Size } from '../catalog/model.ts';

/** Words alone, with a space at each end. */
const wordsOf = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, ' ')
    .trim()} `;

/** @returns Finds a model's id in a text by the longest of all names; undefined: it names none. */
export function createModelFinder(catalog: Catalog): (text: string) => string | undefined {
  const names = catalog
    .flatMap(({ id, aliases, displayName, offers }) =>
      [id, displayName, ...aliases, ...Object.values(offers).map(({ wireId }) => wireId)].map((name) => ({
        ...{ id, words: wordsOf(name) },
      })),
    )
    .sort((a, b) => b.words.length - a.words.length);
  return (text) => {
    const words = wordsOf(text);
    return names.find((name) => words.includes(name.words))?.id;
  };
}

const HALF_K = /^0\.5k$/i;

/** The size that a cell or a description names. */
export function sizeIn(text: string): Size | undefined {
  const word = text
    .split(/[^A-Za-z0-9.]+/)
    .find((each) => HALF_K.test(each) || SIZES.some((size) => size === each.toUpperCase()));
  if (word === undefined) return undefined;
  return HALF_K.test(word) ? '512' : (word.toUpperCase() as Size);
}
