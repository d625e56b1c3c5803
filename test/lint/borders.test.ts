/** Biome's import rules between rooms: for each rule, one import that it refuses and one that it allows. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const DOMAIN = [
  ...['alarms', 'auth', 'bills', 'catalog', 'files', 'gemini', 'generation', 'ledger', 'limits'],
  ...['pricing', 'proofs', 'providers', 'request', 'setup', 'sites', 'storage', 'templates'],
];
const PLATFORM = ['cloudflare:workers', '../wiring.ts', '../wiring/env.ts', '../bound-env.ts'];
const ABOVE = ['../app.ts', '../services.ts', '../routes/images.ts', '../objects/ledger.ts'];
const HONO = ['hono', 'hono/factory'];

const FORBIDDEN: Record<string, readonly string[]> = {
  ...Object.fromEntries(
    DOMAIN.map((room) => [
      `worker/${room}/x.ts`,
      [...HONO, ...PLATFORM, ...ABOVE, '../config/config.ts', '../answers/live.ts'],
    ]),
  ),
  'worker/gemini/forms/x.ts': ['hono', '../../wiring.ts', '../../routes/generate/route.ts'],
  'worker/config/x.ts': [...HONO, ...PLATFORM, ...ABOVE],
  'worker/answers/x.ts': [...HONO, ...PLATFORM, ...ABOVE, '../config/config.ts'],
  'worker/http/x.ts': [...PLATFORM, ...ABOVE, '../config/config.ts', '../answers/live.ts'],
  'worker/shared/x.ts': ['hono', 'valibot', 'node:crypto', '../request/request.ts', '../protocol.ts'],
  'worker/protocol.ts': ['hono', './shared/json.ts', './catalog/model.ts'],
  'worker/routes/x.ts': [...PLATFORM, '../objects/ledger.ts'],
  'worker/routes/generate/x.ts': ['cloudflare:workers', '../../wiring.ts', '../../objects/generation.ts'],
  'worker/app.ts': ['cloudflare:workers', './wiring.ts', './objects/ledger.ts'],
  'worker/services.ts': [...HONO, 'cloudflare:workers', './wiring.ts', './routes/images.ts'],
  'worker/wiring.ts': [...HONO, './app.ts', './routes/images.ts', './objects/ledger.ts'],
  'worker/wiring/x.ts': [...HONO, '../app.ts', '../routes/images.ts', '../objects/ledger.ts'],
  'worker/objects/x.ts': [...HONO, '../app.ts', '../routes/images.ts', '../answers/live.ts', '../http/cors.ts'],
  'widget/x.ts': [...HONO, 'node:fs', '../worker/shared/json.ts', '../worker/catalog/model.ts'],
  'widget/render/x.ts': ['../../worker/request/request.ts'],
};

const ALLOWED: Record<string, readonly string[]> = {
  'worker/pricing/y.ts': ['node:crypto', 'valibot', '../shared/json.ts', '../catalog/model.ts', './prices.ts'],
  'worker/http/y.ts': [...HONO, '../protocol.ts'],
  'worker/shared/y.ts': ['./json.ts'],
  'worker/routes/y.ts': [...HONO, '../services.ts', '../config/config.ts'],
  'worker/objects/y.ts': ['cloudflare:workers', '../wiring.ts', '../ledger/ledger.ts'],
  'worker/index.ts': ['./wiring.ts', './app.ts', './objects/ledger.ts'],
  'widget/y.ts': ['lit', '../worker/protocol.ts', './words.ts'],
};

const BORDER = 'lint/style/noRestrictedImports';

/** One import is of a type only, so at run time there is no cycle. */
const CIRCLE = {
  'worker/request/one.ts': "import type { Two } from './two.ts';\nexport type One = Two;\n",
  'worker/request/two.ts': "import type { One } from './one.ts';\nexport interface Two { one: One }\n",
};

const folder = mkdtempSync(join(tmpdir(), 'peel-borders-'));
/** `file:line rule` of each import that is refused. */
const refused = new Set<string>();

beforeAll(() => {
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  put('biome.json', JSON.stringify({ ...config, vcs: { enabled: false } }));
  for (const [file, imports] of [...Object.entries(FORBIDDEN), ...Object.entries(ALLOWED)])
    put(file, imports.map((name) => `import '${name}';\n`).join(''));
  for (const [file, text] of Object.entries(CIRCLE)) put(file, text);
  for (const { category, location } of lint()) refused.add(`${location.path}:${location.start.line} ${category}`);
});

afterAll(() => rmSync(folder, { recursive: true }));

function put(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

interface Diagnostic {
  category: string;
  location: { path: string; start: { line: number } };
}

function lint(): Diagnostic[] {
  const rules = ['--only=style/noRestrictedImports', '--only=suspicious/noImportCycles'];
  const args = ['lint', ...rules, '--reporter=json', '--max-diagnostics=none'];
  try {
    execFileSync(join(root, 'node_modules/.bin/biome'), args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return (JSON.parse((error as { stdout: string }).stdout) as { diagnostics: Diagnostic[] }).diagnostics;
  }
  return [];
}

const cases = (files: Record<string, readonly string[]>) =>
  Object.entries(files).flatMap(([file, imports]) => imports.map((name, at) => [file, name, at + 1] as const));

describe('an import across a border', () => {
  it.each(cases(FORBIDDEN))('fails the lint: %s of %s', (file, _name, line) => {
    expect(refused).toContain(`${file}:${line} ${BORDER}`);
  });

  it.each(cases(ALLOWED))('within them does not: %s of %s', (file, _name, line) => {
    expect(refused).not.toContain(`${file}:${line} ${BORDER}`);
  });
});

it.each(Object.keys(CIRCLE))('a circle of imports fails the lint, of types as well: %s', (file) => {
  expect(refused).toContain(`${file}:1 lint/suspicious/noImportCycles`);
});

it('the protocol, which the widget shares with the worker, is types alone', async () => {
  expect(Object.keys(await import('../../worker/protocol.ts'))).toEqual([]);
});
