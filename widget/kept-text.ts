import type { StudioAttributes } from './attributes.ts';
import { inSession } from './in-session.ts';
import { runningKey } from './running-key.ts';

const keyOf = (element: StudioAttributes): string => `${runningKey(element)}:text`;

/** Keeps the words over a reload that the element asks for. */
export const keepText = (element: StudioAttributes): void =>
  inSession((storage) => storage.setItem(keyOf(element), element.value));

/** The kept words, once; empty if there are none. */
export const takeText = (element: StudioAttributes): string =>
  inSession((storage) => {
    const text = storage.getItem(keyOf(element));
    storage.removeItem(keyOf(element));
    return text;
  }) ?? '';
