/** What the button "Deploy to Cloudflare" asks for, and its words. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUCKET, KV_NAMESPACE, ROOT, WORKER } from '../../scripts/deployment/names.ts';

const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const example = read('.dev.vars.example');
const { cloudflare } = JSON.parse(read('package.json')) as {
  cloudflare: { bindings: Record<string, { description: string }> };
};

it('asks for the password of the desk alone, with nothing filled in', () => {
  expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual(['ADMIN_TOKEN=']);
});

it('describes every variable that the example shows, and the storage', () => {
  const shown = [...example.matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name);

  expect(Object.keys(cloudflare.bindings).sort()).toEqual([...shown, 'BUCKET', 'KV'].sort());
});

it('names the storage as wrangler does', () => {
  const config = read('wrangler.toml');

  expect(config).toContain(`name = "${WORKER}"`);
  expect([KV_NAMESPACE, BUCKET]).toEqual([`${WORKER}-kv`, `${WORKER}-bucket`]);
  for (const binding of ['KV', 'BUCKET']) expect(config).toContain(`binding = "${binding}"\n`);
  expect(config).not.toMatch(/^(?:id|bucket_name) =/m);
});
