/** Keeps a value as a map's newest, and forgets the oldest past `most`. So an isolate's memory of strangers is bounded. */
export function keepNewest<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  // Deleted first, so that the map's order is the order of use.
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value as Key);
}
