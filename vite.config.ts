import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { classicScripts } from './scripts/build/classic-scripts.ts';
import { buildDesk } from './scripts/build/desk.ts';
import { documentation } from './scripts/build/docs/plugin.ts';
import { minifyTemplates } from './scripts/build/minify-templates.ts';
import { openApi } from './scripts/build/openapi.ts';
import { publicSuffixes } from './scripts/build/public-suffixes.ts';
import { keepReleases } from './scripts/build/releases.ts';
import { staticImportsOf } from './scripts/build/static-imports.ts';
import { publishElement } from './scripts/element/plugin.ts';

// Pages get the built widget, whatever the environment is called that builds it: a test, or a developer's shell.
process.env.NODE_ENV = 'production';

/** Paths do not depend on the folder that Vite is started in. */
const here = import.meta.dirname;
const ENTRY = join(here, 'widget/index.ts');

/**
 * Removes the helper in which Vite wraps every `import()`. It preloads styles and chunks through `<link>`s; the widget
 * has no such styles, and it must not write to a host page's head.
 */
const plainImports = (): Plugin => ({
  name: 'plain-imports',
  apply: 'build',
  enforce: 'pre',
  load: {
    filter: { id: /vite\/preload-helper/ },
    handler: () => 'export const __vitePreload = (load) => load();',
  },
});

/**
 * Rolldown lists the exports of a module with `for … in`, which finds what a page has added to `Object.prototype` as
 * well, and then fails.
 */
const ownExports = (): Plugin => ({
  name: 'own-exports',
  apply: 'build',
  renderChunk: (code) => code.replace('for (var name in all)', 'for (var name of Object.keys(all))'),
});

/**
 * With the engine comes all that can follow the first press (`widget/rest.ts`), and what it shares with other parts. One
 * larger file compresses better than several. Nothing waits for the network twice, and all of it is there when the
 * network is not.
 */
const ENGINE = /\/widget\/run\/engine\.ts$/;

/**
 * Builds the worker's static assets: the widget at its stable address `/widget.js`, its chunks under `/w/` with a hash
 * in the name, the scripts for pages that take no module, the list of public suffixes, the owner's API as OpenAPI, the
 * documentation at `/docs`, and the pages `/` and `/build`. `/widget.js` is a few lines that import the hashed chunks.
 * Browsers fetch it again every five minutes and keep the chunks for ever, so both always come from one build. Chunks of
 * the last releases stay for pages that are open (`scripts/build/releases.ts`).
 */
export default defineConfig({
  root: join(here, 'widget/playground'),
  publicDir: '../public',
  plugins: [
    minifyTemplates(),
    plainImports(),
    ownExports(),
    classicScripts({
      'embed.js': join(here, 'widget/embed/embed.ts'),
      'embed-frame.js': join(here, 'widget/embed/frame.ts'),
    }),
    publishElement(),
    publicSuffixes(),
    openApi(),
    documentation(here),
    keepReleases('w'),
    buildDesk(here, [plainImports(), ownExports()]),
  ],
  build: {
    outDir: '../../dist/client',
    target: 'es2022',
    modulePreload: false,
    rolldownOptions: {
      // Vite warns of slow plugins. Ours are known.
      checks: { pluginTimings: false },
      input: {
        widget: ENTRY,
        playground: join(here, 'widget/playground/index.html'),
        builder: join(here, 'widget/playground/build.html'),
      },
      preserveEntrySignatures: 'strict',
      output: {
        codeSplitting: {
          groups: [
            // One chunk for everything that a page needs at once, but the entry itself, which is `/widget.js`: several
            // would compress worse and arrive later.
            { name: (id, graph) => (staticImportsOf(ENTRY, graph).has(id) ? 'studio' : null), debugName: 'studio' },
            { name: 'engine', test: ENGINE },
          ],
        },
        // 36 bits are enough to tell releases apart, and more would not compress.
        entryFileNames: (chunk) => (chunk.name === 'widget' ? 'widget.js' : 'w/[name]-[hash:6].js'),
        chunkFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.includes('/words/languages/') ? 'w/language-[name]-[hash:6].js' : 'w/[name]-[hash:6].js',
        assetFileNames: 'w/[name]-[hash][extname]',
      },
    },
  },
});
