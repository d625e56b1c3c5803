/**
 * `npm run desk-shots`: takes pictures of every page of the owner's desk, on a wide screen and on phones, light and
 * dark, in front of a local worker whose demo has drawn a few pictures. They are in the folder shots/desk.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { build } from 'vite';
import { CLIENT_KEY } from '../test/client-keys.ts';
import { type Stage, startStage } from '../test/e2e/studio-stage.ts';
import { buildWorker } from './build/worker.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'shots/desk');
const ADMIN_TOKEN = '5b0e9d7c41f8a2366e90d1bb7f24c853';

const PAGES = [
  '',
  '/pictures',
  '/bills',
  '/sites',
  '/sites/shop',
  '/templates',
  '/templates/poster-maker',
  '/keys',
  '/alarms',
  '/history',
  '/setup',
];
const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 390, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
] as const;
/** Figures come after the page. */
const SETTLE_MS = 1200;

/** What an owner has after a first morning. */
async function fill({ peel, origin }: Stage): Promise<void> {
  const owner = { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' };
  const call = async (path: string, init: RequestInit): Promise<void> => {
    const answer = await fetch(`${peel.url}${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    await answer.body?.cancel();
  };
  const site = (id: string, record: object) =>
    call(`/peel/admin/api/sites/${id}`, { method: 'PUT', headers: owner, body: JSON.stringify(record) });
  await site('shop', { origins: [origin, 'https://tidewater.example'], budgets: { dailyUsd: 3.5, monthlyUsd: 60 } });
  await site('poster-maker', {
    ...{ origins: ['https://posters.example'], budgets: { dailyUsd: 6, monthlyUsd: 100 }, promptMode: 'template' },
    template: { prompt: 'A poster for {{event}}', slots: [{ name: 'event', label: 'Event', type: 'text' }] },
  });
  const draw = (words: string) =>
    call('/v1beta/models/gemini-3.1-flash-image:generateContent', {
      method: 'POST',
      headers: { 'x-goog-api-key': CLIENT_KEY, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        contents: [{ parts: [{ text: words }] }],
        generationConfig: { responseModalities: ['IMAGE'] },
      }),
    });
  // The second half is answered from what is kept.
  for (let turn = 0; turn < 2; turn++) {
    for (let at = 0; at < 8; at++) await draw(`A harbour at dusk, number ${at}`);
  }
}

async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/peel/admin/history`);
  await page.getByLabel('Admin token').fill(ADMIN_TOKEN);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('.desk h1').waitFor();
}

await build({ root: join(root, 'widget/playground'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
await buildWorker();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const stage = await startStage({ ADMIN_TOKEN, CLIENT_KEYS: `newsletter:${CLIENT_KEY}` });
try {
  await fill(stage);
  for (const { width, colorScheme } of LOOKS) {
    const isPhone = width < 700;
    const context = await stage.browser.newContext({
      ...{ viewport: { width, height: 844 }, colorScheme, isMobile: isPhone, hasTouch: isPhone },
    });
    const page = await context.newPage();
    await logIn(page, stage.peel.url);
    for (const path of PAGES) {
      await page.goto(`${stage.peel.url}/peel/admin${path}`);
      await page.locator('.desk h1').waitFor();
      await page.waitForTimeout(SETTLE_MS);
      const name = path.slice(1).replaceAll('/', '-') || 'overview';
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    await context.close();
  }
} finally {
  await stage.close();
}
console.log(`${PAGES.length * LOOKS.length} pictures are in ${folder}`);
