/** The pages of `examples/` for frameworks, each as one script for a browser, made as the framework's own tools do it. */
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'vite';

const examples = join(import.meta.dirname, '../../../examples');
const require = createRequire(import.meta.url);

/** What stands in `src/main` of a project, by the file of the page. */
const MAINS = {
  'react.jsx': `
    import Page from '#page';
    import { createElement, StrictMode } from 'react';
    import { createRoot } from 'react-dom/client';
    createRoot(document.querySelector('main')).render(createElement(StrictMode, null, createElement(Page)));`,
  'preact.jsx': `
    import { App as Page } from '#page';
    import { h, render } from 'preact';
    render(h(Page), document.querySelector('main'));`,
  'vue.vue': `
    import Page from '#page';
    import { createApp } from 'vue';
    createApp(Page).mount('main');`,
  'svelte.svelte': `
    import Page from '#page';
    import { mount } from 'svelte';
    mount(Page, { target: document.querySelector('main') });`,
};

export type FrameworkPage = keyof typeof MAINS;

export const FRAMEWORK_PAGES = Object.keys(MAINS) as FrameworkPage[];

/** A script that puts the page into `<main>`. In development's mode: frameworks are stricter there, and complain. */
export async function bundlePage(page: FrameworkPage): Promise<string> {
  const built = await build({
    configFile: false,
    root: import.meta.dirname,
    mode: 'development',
    logLevel: 'warn',
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    oxc: { jsx: { runtime: 'automatic', importSource: page === 'preact.jsx' ? 'preact' : 'react' } },
    plugins: [fromHere(page), compile()],
    build: { write: false, minify: false, rolldownOptions: { input: MAIN, checks: { pluginTimings: false } } },
  });
  const [output] = [built].flat();
  const chunk = output && 'output' in output ? output.output.find(({ type }) => type === 'chunk') : undefined;
  if (chunk?.type !== 'chunk') throw new Error(`${page} gave no script`);
  return chunk.code;
}

const MAIN = '\0main.js';

/** The page finds the packages of this folder, as if it stood in it. */
const fromHere = (page: FrameworkPage): Plugin => ({
  name: 'from-here',
  enforce: 'pre',
  resolveId(source, importer) {
    if (source === MAIN) return MAIN;
    if (source === '#page') return join(examples, page);
    const isOurs = importer === MAIN || importer?.startsWith(examples);
    return isOurs ? this.resolve(source, import.meta.filename, { skipSelf: true }) : undefined;
  },
  load: (id) => (id === MAIN ? MAINS[page] : undefined),
});

/** What the plugins of Vue and Svelte do to a page without styles. */
const compile = (): Plugin => ({
  name: 'compile',
  transform(code, id) {
    if (id.endsWith('.svelte')) return compileSvelte(code, id);
    return id.endsWith('.vue') ? compileVue(code, id) : undefined;
  },
});

function compileSvelte(code: string, filename: string) {
  const { compile } = require('svelte/compiler');
  const { js, warnings } = compile(code, { filename, dev: true });
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  return js;
}

function compileVue(code: string, filename: string) {
  const { parse, compileScript } = require('vue/compiler-sfc');
  const isCustomElement = (tag: string) => tag === 'peel-studio';
  const { descriptor } = parse(code, { filename, templateParseOptions: { isCustomElement } });
  const { content, map } = compileScript(descriptor, {
    id: basename(filename),
    inlineTemplate: true,
    templateOptions: { compilerOptions: { isCustomElement } },
  });
  return { code: content, map };
}
