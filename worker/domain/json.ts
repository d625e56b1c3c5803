/** JSON from others, which may be none: a gateway's HTML, half an answer, an owner's typing error. */

/** @returns undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @returns undefined where the text is no JSON object. To others an array is an object too. */
export function parseJsonObject(text: string): object | undefined {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}
