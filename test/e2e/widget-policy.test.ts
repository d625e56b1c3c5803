/** `<peel-studio>` under a strict Content Security Policy with Trusted Types, to which the documented lines are added. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, startStage, type Visit } from './studio-stage.ts';

const PHOTO = join(import.meta.dirname, '../widget/wide.png');

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());

/** A page that allows nothing but its own files, and what the widget's page in `docs` says to add. */
const policyOf = (peel: string): Record<string, string> => ({
  'default-src': "'self'",
  'style-src': "'self'",
  'script-src': `'self' ${peel}`,
  'connect-src': `'self' ${peel}`,
  'img-src': `'self' ${peel} blob:`,
  'frame-src': peel,
  'worker-src': 'blob:',
  'base-uri': "'none'",
  'object-src': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': 'lit-html peel',
});

const write = (policy: Record<string, string>) =>
  Object.entries(policy)
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');

const REMEMBER = `
  violations = [];
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    violations.push(effectiveDirective + ' ' + blockedURI));`;

async function open(policy: Record<string, string>, html = stage.tag('persist="local"')): Promise<Visit> {
  const context = await stage.browser.newContext({
    viewport: { width: 1000, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  return stage.open(html, { context, policy: write(policy), prepare: REMEMBER });
}

async function addPhoto({ page, studio }: Visit): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await studio.part('toolbar').getByRole('button').first().click();
  await (await chooser).setFiles(PHOTO);
  await studio.part('reference').locator('img').waitFor();
}

const violationsOf = ({ page }: Visit) => page.evaluate('violations') as Promise<string[]>;

describe.concurrent('under a strict policy', () => {
  it('the whole visit breaks no rule', async () => {
    await using visit = await open(policyOf(stage.peel.url));
    const { page, studio, complaints } = visit;
    await studio.part('settings-toggle').click();
    await studio.part('ratio-option').nth(1).click();
    await addPhoto(visit);
    const first = await studio.make('a shop with a strict policy');
    await studio.make('at night');

    await studio.button('Before and after').click();
    await studio.part('compare').waitFor();
    await studio.button('Before and after').click();
    await studio.button('Details').click();
    const download = page.waitForEvent('download');
    await studio.part('actions').getByRole('link', { name: 'Download' }).click();
    const saved = readFileSync(await (await download).path());
    expect(saved.subarray(1, 4).toString()).toBe('PNG');
    await studio.part('actions').getByRole('button', { name: 'More' }).click();
    await studio.host.getByRole('menuitem', { name: 'Copy picture' }).click();
    await studio.host.getByRole('menuitem', { name: 'Copied' }).waitFor();
    await page.keyboard.press('Escape');
    await studio.image.click();
    await studio.part('dialog').getByRole('button', { name: 'Mark a place' }).click();
    await studio.part('dialog').getByRole('button', { name: 'Mark this place' }).click();
    await studio.make('a lantern here');
    await studio.versions.first().click();
    await studio.host.locator(`[part~=stage] [src="${first}"]`).waitFor();
    await studio.host.evaluate((host) => host.setAttribute('lang', 'ar'));
    await studio.host.getByText('صورة جديدة').waitFor();

    expect(await violationsOf(visit)).toEqual([]);
    expect(complaints).toEqual([]);
    expect(await page.evaluate('navigator.clipboard.read().then(([item]) => item.types)')).toEqual(['image/png']);
  });

  it('a nonce is enough for all of its scripts', async () => {
    const html = stage.tag().replace('<script ', '<script nonce="abc" ');
    await using visit = await open({ ...policyOf(stage.peel.url), 'script-src': "'nonce-abc' 'strict-dynamic'" }, html);
    const { studio, complaints } = visit;

    await studio.make('a shop with a nonce');
    await studio.image.click();
    await studio.part('dialog').waitFor();

    expect(await violationsOf(visit)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('a page that allows no workers takes photos and makes pictures as well', async () => {
    await using visit = await open({ ...policyOf(stage.peel.url), 'worker-src': "'none'" });

    await addPhoto(visit);
    await visit.studio.make('a shop without workers');

    // One of the photo, and one of the proof.
    expect(await violationsOf(visit)).toEqual(['worker-src blob', 'worker-src blob']);
  });
});
