import type { StudioAttributes } from './attributes.ts';

/**
 * Where the running request of an element is stored. Each page has its own place, and so have two elements of one page:
 * by their id, or by their order in the page.
 */
export function runningKey(element: StudioAttributes): string {
  const { endpoint, site, id, localName } = element;
  const kind = [...element.ownerDocument.getElementsByTagName(localName)];
  return `peel:running:${endpoint}:${site}:${location.pathname}:${id || kind.indexOf(element)}`;
}
