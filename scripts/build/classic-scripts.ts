/** Scripts that a page loads without `type="module"`, each a file of its own at a stable address. */
import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import type { Plugin } from 'vite';

/** @returns A minified function call: it leaves no name in the page. */
export async function buildClassicScript(file: string): Promise<string> {
  // Options of a tsconfig would add `"use strict"`.
  const options = { loader: 'ts', format: 'iife', target: 'es2022', minify: true, tsconfigRaw: {} } as const;
  const { code } = await transform(readFileSync(file, 'utf8'), options);
  return code.trimEnd();
}

/** @param scripts Source files by the name that they are served under. */
export const classicScripts = (scripts: Record<string, string>): Plugin => ({
  name: 'classic-scripts',
  apply: 'build',
  buildStart() {
    for (const file of Object.values(scripts)) this.addWatchFile(file);
  },
  async generateBundle() {
    for (const [fileName, file] of Object.entries(scripts)) {
      this.emitFile({ type: 'asset', fileName, source: await buildClassicScript(file) });
    }
  },
});
