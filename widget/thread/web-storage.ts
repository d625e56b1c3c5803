/** JSON in the browser's storage. It may be forbidden, as in a frame of another site, or full. */
import { parseJson, toJson } from '../api/json.ts';

type Area = 'sessionStorage' | 'localStorage';

/** @returns undefined where there is nothing, and where storage is forbidden. */
export function readItem(area: Area, key: string): unknown {
  const text = attempt(() => window[area].getItem(key));
  return text ? parseJson(text) : undefined;
}

/** @returns Whether it was written. */
export const writeItem = (area: Area, key: string, value: unknown): boolean =>
  attempt(() => {
    window[area].setItem(key, toJson(value));
    return true;
  }) ?? false;

/** @returns Whether it is gone. */
export const removeItem = (area: Area, key: string): boolean =>
  attempt(() => {
    window[area].removeItem(key);
    return true;
  }) ?? false;

function attempt<Value>(use: () => Value): Value | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
