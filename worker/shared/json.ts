/** Parses text that may not be JSON: a gateway's HTML, half an answer, an owner's typing error. */

/** @returns undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @returns undefined where the text is not a JSON object; an array is not one here. */
export function parseJsonObject(text: string): object | undefined {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

/** A string, which is kept, or a comma after a value and before a closing bracket. */
const STRING_OR_TRAILING_COMMA = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![[{,:]\s*),(?=\s*[\]}])/g;

/**
 * Parses JSON as Google does: older exports of AI Studio end their lists with a comma.
 *
 * @param json Its strings and brackets are known to be closed.
 * @throws SyntaxError where it is not JSON in this form either.
 */
export function parseRequestJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return JSON.parse(json.replace(STRING_OR_TRAILING_COMMA, (found) => (found === ',' ? '' : found)));
  }
}
