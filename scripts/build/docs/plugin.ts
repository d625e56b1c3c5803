/** Adds the documentation to the worker's static assets: `/docs` and below. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import type { Plugin } from 'vite';
import { buildSite } from './site.ts';

/** The scripts of its pages by file name. What searches is a chunk of its own, loaded with the index. */
async function bundleScripts(root: string): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'widget/docs/docs.ts')],
    outdir: 'docs',
    tsconfigRaw: {},
    ...{ bundle: true, splitting: true, write: false, minify: true, format: 'esm', target: 'es2022' },
  });
  return new Map(outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf('/') + 1), text]));
}

/** @param root The repository's folder. */
export const documentation = (root: string): Plugin => ({
  name: 'documentation',
  apply: 'build',
  async generateBundle() {
    const { files, sources } = buildSite(root);
    for (const file of sources) this.addWatchFile(join(root, file));
    const styles = readFileSync(join(root, 'widget/docs/docs.css'), 'utf8');
    const { code } = await transform(styles, { loader: 'css', minify: true });
    const emitted = new Map<string, string | Uint8Array>([...files, ['docs/docs.css', code]]);
    for (const [name, text] of await bundleScripts(root)) emitted.set(`docs/${name}`, text);
    for (const [fileName, source] of emitted) this.emitFile({ type: 'asset', fileName, source });
  },
});
