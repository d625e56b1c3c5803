import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Wherever it is started from. */
const here = import.meta.dirname;

/** Takes indentation and comments out of Lit's `html` and `css` templates, where no minifier looks. */
const minifyTemplates = (): Plugin => ({
  name: 'minify-templates',
  apply: 'build',
  enforce: 'pre',
  transform: {
    filter: { id: /\/widget\/(styles|render)\/.*\.ts$|\/widget\/peel-studio\.ts$/ },
    handler: (code, id) => ({
      code: id.includes('/styles/')
        ? code.replace(/css`[\s\S]*?`/g, minifyCss)
        : code.replace(/^ +(?=[<\w.?@$])/gm, ' '),
      map: null,
    }),
  },
});

const minifyCss = (css: string) =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':');

/**
 * Vite wraps every `import()` in a helper that preloads its styles and chunks through `<link>`s. Ours have no styles
 * of that kind, and a host page's head is not ours to write to.
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

/** What the element itself is made of. The rest is loaded by the act that needs it. */
const isUpFront = (id: string) =>
  /\/node_modules\/|\/widget\//.test(id) &&
  !/\/widget\/(?:index|generate|answer|owner-note|picture-source|sse|ticket|save|(?:render|styles)\/settings|playground\/.*)\.\w+$/.test(
    id,
  );

/**
 * Builds what the worker serves as static assets: the widget at its stable address `/widget.js`, what it loads under
 * `/w/` with a hash in the name, and the playground page. `/widget.js` is a few lines that import the hashed rest: it
 * is fetched again every five minutes, the rest is kept for ever, and the two can never be of different builds.
 */
export default defineConfig({
  root: join(here, 'widget/playground'),
  publicDir: '../public',
  plugins: [minifyTemplates(), plainImports()],
  build: {
    outDir: '../../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    rolldownOptions: {
      input: { widget: join(here, 'widget/index.ts'), playground: join(here, 'widget/playground/index.html') },
      preserveEntrySignatures: 'strict',
      output: {
        // One chunk for what every page needs at once: several would compress worse and arrive later.
        codeSplitting: { groups: [{ name: 'studio', test: isUpFront }] },
        entryFileNames: (chunk) => (chunk.name === 'widget' ? 'widget.js' : 'w/[name]-[hash].js'),
        chunkFileNames: 'w/[name]-[hash].js',
        assetFileNames: 'w/[name]-[hash][extname]',
      },
    },
  },
});
