import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { createManifest } from './manifest.ts';
import { typesFromSources } from './types.ts';

const root = join(import.meta.dirname, '../..');

/** What developers' tools read of the element, by the name of the file. */
export function elementFiles(): Record<'custom-elements.json' | 'peel-studio.d.ts', string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const manifest = createManifest(root);
  return {
    'custom-elements.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'peel-studio.d.ts': typesFromSources(root, manifest, version),
  };
}

/** Puts {@link elementFiles} beside the widget. */
export const publishElement = (): Plugin => ({
  name: 'publish-element',
  apply: 'build',
  generateBundle() {
    for (const [fileName, source] of Object.entries(elementFiles())) {
      this.emitFile({ type: 'asset', fileName, source });
    }
  },
});
