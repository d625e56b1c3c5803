/** The part of a bundler's module graph that is asked here. */
export interface ModuleGraph {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/** Ids of all modules that `entry` needs before it runs, without itself. What an `import()` loads is not among them. */
export function staticImportsOf(entry: string, graph: ModuleGraph): Set<string> {
  const found = new Set([entry]);
  // A set's iteration also reaches what is added meanwhile.
  for (const id of found) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  found.delete(entry);
  return found;
}
