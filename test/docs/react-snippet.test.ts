/** The builder's snippet for React, compiled and run. */
import { transform } from 'esbuild';
import { expect, it } from 'vitest';
import { EMPTY, tagOf } from '../../widget/builder/draft.ts';
import { react } from '../../widget/builder/snippets.ts';
import { HOSTILE } from '../widget/builder/hostile.ts';

interface Node {
  type: unknown;
  props: Record<string, unknown>;
  children: unknown[];
}

/** What the component returns, as plain data. */
async function run(snippet: string): Promise<Node> {
  const { code } = await transform(`${snippet}\nexport default PictureMaker();`, {
    loader: 'jsx',
    jsxFactory: 'make',
    jsxFragment: 'null',
    format: 'esm',
    banner: 'const make = (type, props, ...children) => ({ type, props: { ...props }, children });',
  });
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).default;
}

it.each(HOSTILE)('carries %s as words, and nothing else', async (text) => {
  const draft = { ...EMPTY, label: text, ideas: [text], accent: '#0b6470', without: ['copy'] as const };

  const { children } = await run(react('https://peel.example', tagOf(draft)));

  const [style, script, studio] = children as [Node, Node, Node];
  expect(children).toHaveLength(3);
  expect(style.props).toEqual({ href: 'peel-studio', precedence: 'default' });
  expect(style.children.join('')).toContain('peel-studio{--peel-accent:#0b6470}');
  expect(script).toMatchObject({
    type: 'script',
    props: { async: true, type: 'module', src: 'https://peel.example/widget.js' },
  });
  expect(studio).toEqual({
    type: 'peel-studio',
    props: { label: text, 'without-copy': true },
    children: [{ type: 'button', props: { slot: 'ideas', type: 'button', value: text }, children: [text] }],
  });
});
