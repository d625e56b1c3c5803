/** Makes the deployed bundle with shorter times: some constants are changed from minutes to seconds. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';

/** @returns Path of the changed bundle. @throws When a constant is not there exactly once. */
export function quickerScript(script: string, constants: Readonly<Record<string, number>>): string {
  let text = readFileSync(script, 'utf8');
  for (const [name, value] of Object.entries(constants)) {
    const definition = new RegExp(`\\b${name} = [\\d_e*+ ]+;`, 'g');
    const found = text.match(definition)?.length ?? 0;
    if (found !== 1) throw new Error(`${name} is defined ${found} times in ${script}`);
    text = text.replace(definition, `${name} = ${value};`);
  }
  const { dir, name } = parse(script);
  const path = join(dir, `${name}-${Object.values(constants).join('-')}.js`);
  writeFileSync(path, text);
  return path;
}
