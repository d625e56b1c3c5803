import { parseJson } from './json.ts';

/** The second and the fourth are strings that no quote closes: they are read once, to the end of the text. */
const LOOSE =
  /"(?:[^"\\]|\\.)*"|"(?:[^"\\]|\\.)*\\?$|'((?:[^'\\]|\\.)*)'|'(?:[^'\\]|\\.)*\\?$|\b([A-Za-z_]\w*)\b(?=\s*:)|,(?=\s*[}\]])/gs;

/**
 * Parses strict JSON, and the looser form that Google's own reader takes and Google's curl samples use: strings in
 * single quotes, names without quotes, a comma after the last entry.
 *
 * @returns undefined where the text is neither form.
 */
export function parseLooseJson(text: string): unknown {
  const strict = text.replace(LOOSE, (all: string, single?: string, name?: string) => {
    if (single !== undefined) return `"${single.replace(/\\(.)|"/gs, toDoubleQuoted)}"`;
    if (name !== undefined) return `"${name}"`;
    return all === ',' ? '' : all;
  });
  return parseJson(text) ?? parseJson(strict);
}

/** Rewrites an escape, or a bare double quote, for a string in double quotes. */
function toDoubleQuoted(all: string, escaped?: string): string {
  if (escaped === "'") return escaped;
  return all === '"' ? '\\"' : all;
}
