import { parseJson } from './json.ts';

const LOOSE = /"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'|\b([A-Za-z_]\w*)\b(?=\s*:)|,(?=\s*[}\]])/gs;

/**
 * JSON as Google's own reader takes it beside the strict form, and as Google's curl samples write it: strings in single
 * quotes, names without quotes, a comma behind the last entry.
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

/** What an escape, or a bare double quote, becomes where the string gets double quotes. */
function toDoubleQuoted(all: string, escaped?: string): string {
  if (escaped === "'") return escaped;
  return all === '"' ? '\\"' : all;
}
