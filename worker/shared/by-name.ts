import { keepNewest } from './newest.ts';

/** Things that an isolate remembers at most. */
const MAX_KNOWN = 1_000;

/** One thing for each name, made when it is first asked for. Of too many, those not asked for longest are forgotten. */
export function byName<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const thing = known.get(name) ?? make(name);
    keepNewest(known, name, thing, MAX_KNOWN);
    return thing;
  };
}
