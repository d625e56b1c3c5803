/**
 * Writes JSON that the host page's prototypes cannot change. `JSON.stringify` calls `toJSON` on arrays and objects, and
 * old libraries (Prototype.js before 1.7) define it there: it would turn the lists of a request into strings.
 */
export function toJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members: string[] = [];
  if (Array.isArray(value)) {
    for (const item of value) members.push(toJson(item));
    return `[${members.join()}]`;
  }
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${toJson(member)}`);
  }
  return `{${members.join()}}`;
}

/** @returns undefined for text that is not JSON: a proxy may answer in HTML. */
export function parseJson(text: string, reviver?: (name: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}
