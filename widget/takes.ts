import { toJson } from './api/json.ts';
import type { Take } from './api/model.ts';

/**
 * Names further takes of a request: `take-2`, `take-3` and so on. The names are counted and not random, so that the
 * second take of a thousand visitors is one picture, paid for once.
 */
export function createTakes() {
  const last = new Map<string, number>();
  return {
    next({ model, body }: Take): Take {
      const request = toJson([model, body]);
      const number = (last.get(request) ?? 1) + 1;
      last.set(request, number);
      return { model, body, variant: `take-${number}` };
    },
  };
}
