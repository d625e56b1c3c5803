/**
 * The owner's desk, a bundle of its own: it shares no file with the widget, whose every byte is the visitor's.
 * `/desk.js` and `/desk.css` have stable names, the pages' chunks are under `/d/` with a hash in the name.
 */
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { minifyTemplates } from './minify-templates.ts';

/** What most pages share, and what the pages of sites share. One file compresses better than several small ones. */
const PARTS =
  /\/admin\/(?:page|parts\/(?:table|csv|ruler|alarm-line|field|poll-controller)|words\/(?:alarms|parts))\.ts$/;
const RECORD =
  /\/(?:builder\/snippets|parts\/record-editor|sites\/(?:saving|record|mend|money|field|affordable|problems|changes)|words\/sites)\.ts$/;
/** The pages that edit sites and templates, with the visitors' actions that a site can offer. */
const EDITORS =
  /\/admin\/(?:pages\/(?:sites|templates)\.ts|sites\/|templates\/|words\/templates\.ts$)|\/widget\/run\/actions\.ts$|\/worker\/protocol\.ts$/;

/** @param root The repository's folder. @param plugins Others that the bundle needs. */
export const buildDesk = (root: string, plugins: readonly Plugin[]): Plugin => ({
  name: 'desk',
  apply: 'build',
  async closeBundle() {
    await build({
      configFile: false,
      root: join(root, 'widget/admin'),
      publicDir: false,
      logLevel: 'warn',
      plugins: [minifyTemplates(), ...plugins],
      build: {
        outDir: join(root, 'dist/client'),
        emptyOutDir: false,
        target: 'es2022',
        modulePreload: false,
        cssCodeSplit: false,
        rolldownOptions: {
          input: { desk: join(root, 'widget/admin/main.ts') },
          output: {
            entryFileNames: '[name].js',
            chunkFileNames: 'd/[name]-[hash:6].js',
            assetFileNames: 'desk[extname]',
            codeSplitting: {
              // What they import and the frame needs as well stays with the frame, which would else wait for them.
              includeDependenciesRecursively: false,
              groups: [
                { name: 'parts', test: PARTS },
                { name: 'record', test: RECORD },
                { name: 'editors', test: EDITORS },
              ],
            },
          },
        },
      },
    });
  },
});
