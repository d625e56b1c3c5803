/** The examples that other tools turn into pages, made by those tools: `next build`, `astro build`, Liquid. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const require = createRequire(import.meta.url);
const run = promisify(execFile);

/** Texts by path, as a server of files gives them. */
export type BuiltFiles = ReadonlyMap<string, string>;

/** A project beside the installed packages. @param files Texts by path. @returns Its folder. */
function project(name: string, files: Record<string, string>): string {
  const folder = join(here, '.made', name);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Runs a tool of the installed packages in the folder. @throws With what it printed. */
async function tool(folder: string, name: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1' };
  try {
    await run(join(here, 'node_modules/.bin', name), args, { cwd: folder, env });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${name} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

function filesIn(folder: string, below = folder): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(below, { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) for (const [name, text] of filesIn(folder, path)) files.set(name, text);
    else files.set(`/${relative(folder, path)}`, readFileSync(path, 'utf8'));
  }
  return files;
}

/** @param page The example with the address of the worker in it. @returns With its page as the index. */
export async function buildNext(page: string): Promise<BuiltFiles> {
  const folder = project('next', {
    'package.json': '{ "type": "module", "private": true }',
    'next.config.mjs': `export default { output: 'export', turbopack: { root: ${JSON.stringify(here)} } };`,
    'app/layout.jsx':
      'export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }',
    'app/page.jsx': page,
  });
  await tool(folder, 'next', 'build');
  return filesIn(join(folder, 'out'));
}

/** @param page The example with the address of the worker in it. @returns With its page as the index. */
export async function buildAstro(page: string): Promise<BuiltFiles> {
  const folder = project('astro', {
    'package.json': '{ "type": "module", "private": true }',
    'src/pages/index.astro': page,
  });
  await tool(folder, 'astro', 'build');
  return filesIn(join(folder, 'dist'));
}

interface Schema {
  name: string;
  settings: { id: string; default?: string }[];
  blocks: { type: string; settings: { id: string; default?: string }[] }[];
  presets: { blocks: { type: string }[] }[];
}

interface Section {
  schema: Schema;
  /** @param changes Settings in place of the schema's defaults. */
  render(changes?: Record<string, string>, ideas?: readonly string[]): Promise<string>;
}

/** Reads a section of a Shopify theme: its schema, and what its preset shows. */
export function readSection(text: string): Section {
  const { Liquid, Tag } = require('liquidjs');
  const liquid = new Liquid();
  let schema = '';
  liquid.registerTag(
    'schema',
    class extends Tag {
      /** Shopify takes the block out of the page and reads its text as JSON. */
      constructor(token: unknown, rest: { kind: number; name?: string; getText(): string }[], engine: unknown) {
        super(token, rest, engine);
        for (let next = rest.shift(); next && next.name !== 'endschema'; next = rest.shift()) schema += next.getText();
      }
      render() {
        return '';
      }
    },
  );
  const template = liquid.parse(text);
  const read = JSON.parse(schema) as Schema;
  const defaults = (settings: Schema['settings']) =>
    Object.fromEntries(settings.map(({ id, default: is }) => [id, is]));
  return {
    schema: read,
    render(changes = {}, ideas) {
      const [block] = read.blocks;
      const words = ideas ?? [String(block?.settings[0]?.default)];
      return liquid.render(template, {
        section: {
          id: 'template--1__picture_maker',
          settings: { ...defaults(read.settings), ...changes },
          blocks: words.map((idea) => ({ settings: { idea }, shopify_attributes: '' })),
        },
      });
    },
  };
}
