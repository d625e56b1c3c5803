import { toJson } from '../api/json.ts';
import type { Take } from '../api/model.ts';
import { readItem, writeItem } from './web-storage.ts';

/** Requests that are remembered; the oldest are forgotten first. */
const MAX_REMEMBERED = 200;

/**
 * Names further takes of a request: `take-2`, `take-3` and so on. The names are counted and not random, so that the
 * second take of a thousand visitors is one picture, paid for once.
 *
 * @param key Where the counts of this tab survive a reload; absent: nowhere.
 */
export function createTakes(key?: string) {
  const last = new Map<string, number>();
  const stored = key === undefined ? undefined : readItem('sessionStorage', key);
  for (const [request, number] of Object.entries(Object(stored))) {
    if (Number.isSafeInteger(number)) last.set(request, Number(number));
  }

  function count(request: string, number: number): void {
    last.delete(request);
    last.set(request, number);
    for (const oldest of last.keys()) {
      if (last.size <= MAX_REMEMBERED) break;
      last.delete(oldest);
    }
    if (key !== undefined) writeItem('sessionStorage', key, Object.fromEntries(last));
  }

  return {
    next({ model, body }: Take): Take {
      const request = nameOf(model, body);
      const number = (last.get(request) ?? 1) + 1;
      count(request, number);
      return { model, body, variant: `take-${number}` };
    },

    /** A take that is known already, as from kept pictures: the next one comes after it. */
    note({ model, body, variant }: Take): void {
      const request = nameOf(model, body);
      const number = Number(/^take-(\d{1,6})$/.exec(variant ?? '')?.[1] ?? 1);
      if (number > (last.get(request) ?? 1)) count(request, number);
    },
  };
}

/**
 * FNV-1a, 32 bits: a short name, which does not write a visitor's words into the store. Two requests of one name share a
 * count, which only skips takes.
 */
function nameOf(model: string, body: Take['body']): string {
  let hash = 0x811c9dc5;
  const text = toJson([model, body]);
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `r${(hash >>> 0).toString(36)}`;
}
