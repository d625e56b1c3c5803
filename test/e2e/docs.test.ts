/** The documentation as a visitor of a deployment has it: by eye, by keyboard, without a script. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type Deployment, startDeployment } from './deployment.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let peel: Deployment;
let browser: Browser;

beforeAll(async () => {
  [peel, browser] = await Promise.all([startDeployment({}), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await peel?.close();
});

interface Visit extends AsyncDisposable {
  page: Page;
  complaints: string[];
}

async function open(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(peel.url + path);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

const isWide = (page: Page) => page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');

/** @returns What axe finds, as `rule: element`. */
async function audit(page: Page): Promise<string[]> {
  // What a test evaluates is not held to the page's policy.
  await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate(async () => {
    // @ts-expect-error axe is a global of the page.
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }: { id: string; nodes: { html: string }[] }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`),
    );
  });
}

describe('search', () => {
  it('is done by keyboard', async () => {
    await using visit = await open('/docs/money');
    const { page, complaints } = visit;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const field = page.getByRole('combobox', { name: 'Search the docs' });
    await field.waitFor();
    expect(asked).not.toContain('/docs/search.json');

    await page.keyboard.press('/');
    await page.keyboard.type('visitor');
    await page.getByRole('option').nth(2).waitFor();
    expect(asked.filter((path) => path === '/docs/search.json')).toHaveLength(1);
    const chosen = page.locator('[role=option][aria-selected=true]');
    const first = await chosen.getAttribute('href');
    expect(await field.getAttribute('aria-activedescendant')).toBe('found-0');

    await page.keyboard.press('ArrowDown');
    expect(await chosen.getAttribute('href')).not.toBe(first);
    await page.keyboard.press('ArrowUp');
    expect(await chosen.getAttribute('href')).toBe(first);
    expect(await audit(page)).toEqual([]);

    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('listbox').count()).toBe(0);
    expect(await field.inputValue()).toBe('visitor');
    await page.keyboard.press('Escape');
    expect(await field.inputValue()).toBe('');

    await page.keyboard.type('BUDGET_HELD');
    await page.locator('[role=option][aria-selected=true][href^="/docs/errors"]').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/docs/errors*');
    expect(await page.locator('h1').innerText()).toBe('Errors');
    expect(complaints).toEqual([]);
  });

  it('says what it has not found', async () => {
    await using visit = await open('/docs');
    await visit.page.getByRole('combobox').fill('xylophone');

    await visit.page.getByText('Nothing has these words.').waitFor();
  });

  it('says that its index did not come, and tries again', async () => {
    await using visit = await open('/docs');
    const { page } = visit;
    await page.route('**/docs/search.json', (route) => route.abort());
    await page.getByRole('combobox').fill('pause');
    await page.getByText('The index did not load.').waitFor();

    await page.unroute('**/docs/search.json');
    await page.getByRole('combobox').fill('paus');
    await page.getByRole('option').first().waitFor();
  });
});

describe('a page', () => {
  it.each([
    ['light', 390, '/docs'],
    ['dark', 320, '/docs/money'],
    ['light', 1280, '/docs/errors'],
    ['dark', 1280, '/docs/examples'],
  ] as const)('is without faults in %s at %i: %s', async (colorScheme, width, path) => {
    await using visit = await open(path, { colorScheme, viewport: { width, height: 900 } });
    const { page, complaints } = visit;
    await page.getByRole('combobox').waitFor();

    expect(await isWide(page)).toBe(false);
    expect(await audit(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('is read and gone through without a script', async () => {
    await using visit = await open('/docs', { javaScriptEnabled: false, viewport: { width: 390, height: 900 } });
    const { page } = visit;
    expect(await page.getByRole('searchbox').or(page.getByRole('combobox')).count()).toBe(0);

    await page.getByText('Contents', { exact: true }).click();
    await page.getByRole('link', { name: 'Errors', exact: true }).click();
    await page.waitForURL('**/docs/errors');
    await page.locator('.turn .next').click();
    expect(await page.locator('h1').innerText()).not.toBe('Errors');
  });

  it('copies code', async () => {
    await using visit = await open('/docs', { permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = visit;

    await page.getByRole('button', { name: 'Copy' }).first().click();

    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const code = await page.locator('.code code').first().innerText();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(code);
  });

  it('may run no script and load no file of others', async () => {
    const answer = await fetch(`${peel.url}/docs/admin`);

    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'");
    expect(policy).toContain("trusted-types 'none'");
    expect(policy).not.toMatch(/unsafe|https?:/);
  });
});
