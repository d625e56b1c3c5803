/** Uses the storage of the tab. It may be forbidden, as in a frame of another site: then nothing is kept. */
export function inSession<Value>(use: (storage: Storage) => Value): Value | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}
