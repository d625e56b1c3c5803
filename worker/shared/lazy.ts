/**
 * Something that is loaded when it is first asked for, and then kept. A load that fails is not kept: the next call tries
 * again, because one lost `import()` must not break an isolate for as long as it lives.
 */
export function lazy<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}
