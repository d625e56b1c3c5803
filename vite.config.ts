import { defineConfig } from 'vite';

/**
 * Builds what the worker serves as static assets: the widget at its stable address `/widget.js`, its lazy parts
 * under `/w/` with a hash in the name, and the playground page.
 */
export default defineConfig({
  root: 'widget/playground',
  publicDir: '../public',
  build: {
    outDir: '../../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { widget: 'widget/index.ts', playground: 'widget/playground/index.html' },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: (chunk) => (chunk.name === 'widget' ? 'widget.js' : 'w/[name]-[hash].js'),
        chunkFileNames: 'w/[name]-[hash].js',
        assetFileNames: 'w/[name]-[hash][extname]',
      },
    },
  },
});
