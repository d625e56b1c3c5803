import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Paths do not depend on the folder that Vite is started in. */
const here = import.meta.dirname;

/** Removes indentation and comments from Lit's `html` and `css` templates, which no minifier touches. */
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

/** Modules that the element needs at once. An action loads the others when it needs them. */
const isUpFront = (id: string) =>
  /\/node_modules\/|\/widget\//.test(id) &&
  !/\/widget\/(?:index|owner-note|save|api\/(?:generate|answer|picture-source|sse|ticket)|(?:render|styles)\/settings|playground\/.*)\.\w+$/.test(
    id,
  );

/**
 * Builds the worker's static assets: the widget at its stable address `/widget.js`, its chunks under `/w/` with a hash
 * in the name, and the playground page. `/widget.js` is a few lines that import the hashed chunks. Browsers fetch it
 * again every five minutes and keep the chunks for ever, so both always come from one build.
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
        // One chunk for everything a page needs at once: several would compress worse and arrive later.
        codeSplitting: { groups: [{ name: 'studio', test: isUpFront }] },
        entryFileNames: (chunk) => (chunk.name === 'widget' ? 'widget.js' : 'w/[name]-[hash].js'),
        chunkFileNames: 'w/[name]-[hash].js',
        assetFileNames: 'w/[name]-[hash][extname]',
      },
    },
  },
});
