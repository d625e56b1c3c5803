/** `GET /peel-studio.d.ts` is what the compiler accepts in a project of each kind, and refuses what the element lacks. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Declarations } from '../../scripts/element/declarations.ts';
import type { Manifest } from '../../scripts/element/manifest.ts';
import { elementFiles } from '../../scripts/element/plugin.ts';
import { renderTypes } from '../../scripts/element/types.ts';
import { ROOT } from './repository.ts';

const TYPES = elementFiles()['peel-studio.d.ts'];

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'peel-types-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** What the compiler says of a project with the file of types, the strictest way. */
function compile(files: Readonly<Record<string, string>>, options: object = {}): Promise<string> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: [],
    skipLibCheck: false,
    ...options,
  };
  const folder = folderWith({
    'tsconfig.json': JSON.stringify({ compilerOptions }),
    'peel-studio.d.ts': TYPES,
    ...files,
  });
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  return new Promise((resolve) => execFile(tsc, ['-p', folder], (_error, output) => resolve(output)));
}

/** The part of a framework's types that another file may add to, as the framework declares it. */
const REACT = {
  'node_modules/react/package.json': JSON.stringify({
    name: 'react',
    exports: { '.': { types: './index.d.ts' }, './jsx-runtime': { types: './jsx-runtime.d.ts' } },
  }),
  'node_modules/react/index.d.ts': `export = React;
export as namespace React;
declare namespace React {
  type RefObject<T> = { current: T };
  function useRef<T>(first: T | null): RefObject<T | null>;
  namespace JSX {
    interface Element {}
    interface IntrinsicElements { button: { type?: string; slot?: string; children?: unknown; onClick?: () => void } }
  }
}`,
  'node_modules/react/jsx-runtime.d.ts': `export { JSX } from './';
export function jsx(...all: unknown[]): unknown;
export function jsxs(...all: unknown[]): unknown;`,
};

const PREACT = {
  'node_modules/preact/package.json': JSON.stringify({
    name: 'preact',
    exports: { '.': { types: './index.d.ts' }, './jsx-runtime': { types: './jsx-runtime.d.ts' } },
  }),
  'node_modules/preact/jsx.d.ts': `export namespace JSXInternal {
  interface Element {}
  interface IntrinsicElements { button: { type?: string; slot?: string; children?: unknown } }
}`,
  'node_modules/preact/index.d.ts': `import { JSXInternal } from './jsx';
export import JSX = JSXInternal;`,
  'node_modules/preact/jsx-runtime.d.ts': `export { JSX } from './index';
export function jsx(...all: unknown[]): unknown;
export function jsxs(...all: unknown[]): unknown;`,
};

const VUE = {
  'node_modules/vue/package.json': JSON.stringify({ name: 'vue', exports: { '.': { types: './index.d.ts' } } }),
  'node_modules/vue/index.d.ts': 'export interface GlobalComponents { Teleport: new () => object }',
};

const inJsx = (more: string) => `${more}
export const maker = (
  <peel-studio
    label="What?" aspect-ratio="3:4" without-copy maxlength={100} ideas={['a', { text: 'b' }]}
    onpeel-result={(event) => event.results[0]?.url.length}
  >
    <button slot="ideas" type="button">A fox</button>
  </peel-studio>
);
// @ts-expect-error No such layout.
export const sideways = <peel-studio layout="sideways" />;
// @ts-expect-error An event of another shape.
export const wrong = <peel-studio onpeel-result={(event) => event.sources} />;
`;

describe('the types', () => {
  it('serve a project without a framework', async () => {
    const page = `
const studio = document.querySelector('peel-studio');
studio?.addEventListener('peel-result', (event) => event.results[0]?.url.length);
document.addEventListener('peel-refused', ({ reason, detail }) => [reason, detail.charged]);
const made: Promise<number> | undefined = studio?.generate().then(({ width }) => width);
if (studio) studio.aspectRatio = '3:4';
// @ts-expect-error No such layout.
if (studio) studio.layout = 'sideways';
// @ts-expect-error Only read.
if (studio) studio.results = [];
export { made };`;

    expect(await compile({ 'page.ts': page })).toBe('');
  });

  it('serve JSX of React 19', async () => {
    const page = inJsx(`import { useRef } from 'react';
import type { PeelStudio } from './peel-studio';
const studio = useRef<PeelStudio>(null);
export const other = <peel-studio ref={studio} className="x" />;
export const again = <button onClick={() => void studio.current?.retry()} />;`);

    expect(await compile({ ...REACT, 'page.tsx': page }, { jsx: 'react-jsx' })).toBe('');
  });

  it('serve JSX of Preact', async () => {
    const page = inJsx('export const other = <peel-studio class="x" />;');

    expect(await compile({ ...PREACT, 'page.tsx': page }, { jsx: 'react-jsx', jsxImportSource: 'preact' })).toBe('');
  });

  it('serve templates of Vue', async () => {
    const page = `
import type { GlobalComponents } from 'vue';
type Props = InstanceType<GlobalComponents['peel-studio']>['$props'];
export const props: Props = {
  label: 'What?',
  'aspect-ratio': '3:4',
  withoutCopy: true,
  onPeelResult: (event) => event.results[0]?.url.length,
};
// @ts-expect-error No such layout.
export const sideways: Props = { layout: 'sideways' };`;

    expect(await compile({ ...VUE, 'page.ts': page })).toBe('');
  });

  it('need nothing but themselves: no name in them leads nowhere', async () => {
    expect(await compile({}, { lib: ['es2020', 'dom'] })).toBe('');
  });
});

describe('the file', () => {
  const tiny: Manifest = {
    schemaVersion: '1.0.0',
    modules: [
      {
        kind: 'javascript-module',
        path: 'widget.js',
        exports: [],
        declarations: [
          {
            kind: 'class',
            name: 'PeelStudio',
            customElement: true,
            tagName: 'peel-studio',
            superclass: { name: 'HTMLElement' },
            attributes: [{ name: 'max-size', fieldName: 'maxSize', type: { text: 'number' } }],
            members: [
              {
                kind: 'field',
                name: 'maxSize',
                type: { text: 'number' },
                attribute: 'max-size',
                description: 'In pixels.',
              },
              { kind: 'field', name: 'shown', type: { text: 'Shown' }, readonly: true },
              {
                kind: 'method',
                name: 'show',
                parameters: [{ name: 'what', optional: true, type: { text: 'Shown' } }],
                return: { type: { text: 'Promise<void>' } },
              },
            ],
            events: [{ name: 'peel-shown', type: { text: "PeelEvent<'peel-shown'>" } }],
            slots: [],
            cssParts: [],
            cssProperties: [],
            cssStates: [],
          },
        ],
      },
    ],
  };

  it('is made of the manifest and of the names that it is handed', () => {
    const text = renderTypes({
      manifest: tiny,
      named: (type) => type.replace('Shown', 'Other'),
      declarations: () => ['export type Other = string;'],
      version: '1.2.3',
    });

    expect(text).toContain('version 1.2.3');
    expect(text).toContain('export type Other = string;');
    expect(text).toContain(
      '  /** In pixels. */\n  maxSize: number;\n  readonly shown: Other;\n  show(what?: Other): Promise<void>;',
    );
    expect(text).toContain("  'max-size'?: number | string | undefined;");
    expect(text).toContain("  onPeelShown?: ((event: PeelEvent<'peel-shown'>) => void) | undefined;");
  });
});

describe('declarations that are gathered', () => {
  const root = folderWith({
    'a.ts': `import type { Action } from './b.ts';
/** About the module. */

/** What is used. */
export interface Used extends Base { action: Action; same: Used; later: import('./c.ts').Action }
interface Base { id: string }
`,
    'b.ts': `const NAMES = { one: 1, two: 2 } as const;
export type Action = keyof typeof NAMES;
`,
    'c.ts': 'export type Action = { of: string };\n',
  });

  it('stand with all that they use, and two of one name are told apart', () => {
    const declarations = new Declarations(root, ['a.ts']);

    expect(declarations.use('readonly Used[]')).toBe('readonly Used[]');
    expect(declarations.texts).toEqual([
      '/** What is used. */\nexport interface Used extends Base { action: Action; same: Used; later: CAction }',
      'export interface Base { id: string }',
      'export type Action = "one" | "two";',
      'export type CAction = { of: string };',
    ]);
  });

  it('are none for a name of the browser', () => {
    const declarations = new Declarations(root, ['a.ts']);

    expect(declarations.use('Map<string, HTMLElement>')).toBe('Map<string, HTMLElement>');
    expect(declarations.texts).toEqual([]);
  });
});
