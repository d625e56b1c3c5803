import { defineConfig, type Plugin } from 'vite';

/**
 * Takes indentation out of Lit's `html` and `css` templates. Line ends between tags become one space, which is what
 * the browser shows of them; text that must keep its spaces uses `white-space` and comes from values.
 */
const minifyTemplates = (): Plugin => ({
  name: 'minify-templates',
  apply: 'build',
  enforce: 'pre',
  transform: {
    filter: { id: /\/widget\/(styles|render)\/.*\.ts$|\/widget\/peel-studio\.ts$/ },
    handler: (code) => ({
      code: code.replace(/\b(?:css|html)`[\s\S]*?\n\s*`;/g, (template) =>
        template.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s*\n\s*/g, template.startsWith('css') ? '' : ' '),
      ),
      map: null,
    }),
  },
});

/** What the element itself is made of. The rest is loaded by the act that needs it. */
const isUpFront = (id: string) =>
  /\/node_modules\/|\/widget\//.test(id) &&
  !/\/widget\/(?:index|generate|answer|sse|ticket|save|(?:render|styles)\/settings|playground\/.*)\.\w+$/.test(id);

/**
 * Builds what the worker serves as static assets: the widget at its stable address `/widget.js`, what it loads under
 * `/w/` with a hash in the name, and the playground page. `/widget.js` is a few lines that import the hashed rest: it
 * is fetched again every five minutes, the rest is kept for ever, and the two can never be of different builds.
 */
export default defineConfig({
  root: 'widget/playground',
  publicDir: '../public',
  plugins: [minifyTemplates()],
  build: {
    outDir: '../../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    rolldownOptions: {
      input: { widget: 'widget/index.ts', playground: 'widget/playground/index.html' },
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
