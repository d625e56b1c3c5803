import type { StudioAttributes } from './attributes.ts';

/**
 * Where the running request of an element is stored. Two elements of one page have two places: by their id, or by
 * their order in the page.
 */
export function runningKey(element: StudioAttributes): string {
  const { endpoint, site, id, localName } = element;
  const kind = [...element.ownerDocument.getElementsByTagName(localName)];
  return `peel:running:${endpoint}:${site}:${id || kind.indexOf(element)}`;
}
