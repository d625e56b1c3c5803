import type { StudioAttributes } from './attributes.ts';
import { runningKey } from './running-key.ts';

const keyOf = (element: StudioAttributes): string => runningKey(element).replace('running', 'text');

/** Keeps the words over a reload that the element asks for. */
export function keepText(element: StudioAttributes) {
  try {
    sessionStorage.setItem(keyOf(element), element.value);
  } catch {
    // Storage may be forbidden: then the words go with the page, as everything else does.
  }
}

/** The kept words, once; empty if there are none. */
export function takeText(element: StudioAttributes): string {
  try {
    const key = keyOf(element);
    const text = sessionStorage.getItem(key) ?? '';
    if (text) sessionStorage.removeItem(key);
    return text;
  } catch {
    return '';
  }
}
