/** Sites and Templates in each of their states: axe-core, widths, targets. */
import { afterEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { faultsOf } from './accessible.ts';
import { closeDesk, NEVER, openDesk, refusal, settled } from './desk.ts';
import { CHOICES } from './sites/choices.ts';

afterEach(closeDesk);

const PICTURE = 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/%3E';
const template = {
  prompt: 'A poster of {{subject}} by {{artist}}.',
  slots: [
    { name: 'subject', label: 'What should be on it?', type: 'text', maxLength: 80, required: true },
    { name: 'season', label: 'Season', type: 'choice', choices: ['spring', 'autumn'] },
    { name: 'face', label: 'A photo of them', type: 'photo' },
  ],
  pictures: ['c'.repeat(64)],
};
const SHOP = {
  origins: ['https://tidewater.example', 'https://*.a-rather-long-name-of-a-page-that-sells-posters.example'],
  budgets: { dailyUsd: 4.5, monthlyUsd: 100 },
  ideas: ['Lighthouse at dusk'],
  wall: [{ image: PICTURE, prompt: 'A fox', width: 4, height: 3 }],
  proof: 'none',
};
const shown = (id: string, record: object, more = {}) => ({ id, source: 'record', record, paused: null, ...more });
const problems = [{ field: 'origins.1', rule: 'must not be a wildcard below github.io, where anybody can get a name' }];
const BROKEN = () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'The store does not answer. Try again in 10 s.');

const ANSWERS = {
  'GET /choices': CHOICES,
  'GET /sites': {
    sites: [shown('poster-maker', { origins: [], promptMode: 'template', template }), shown('shop', SHOP)],
  },
  'GET /pictures': { pictures: [{ thumbnail: PICTURE }] },
  'GET /sites/shop': shown('shop', SHOP),
  'POST /sites/shop/check': { problems: [], warnings: [{ field: 'budgets.dailyUsd', warning: 'is $4.50 a day' }] },
  'POST /dry-run': { allowed: false, reason: 'DAILY_BUDGET_SPENT', status: 429, message: 'The budget is spent.' },
  'GET /sites/poster-maker': shown('poster-maker', { origins: [], promptMode: 'template', template }),
  'GET /sites/poster-maker/versions': {
    live: 'aaaaaaa1',
    versions: [{ version: 'bbbbbbb2', replaced: '2026-11-12', template: { prompt: 'Older. '.repeat(40) } }],
  },
  'GET /sites/poster-maker/pictures': {
    pictures: [{ id: 'd'.repeat(64), mimeType: 'image/png', bytes: 2048, used: false }],
  },
  'POST /sites/poster-maker/test': { model: 'x', worstMicros: 140_000, parts: [{ text: 'A poster.' }] },
};
const open =
  (...names: string[]) =>
  async () => {
    for (const name of names) await page.getByRole('button', { name, exact: true }).first().click();
  };

type State = [name: string, path: string, answers: object, act?: () => Promise<void>];

const STATES: readonly State[] = [
  ['the sites', '/sites', {}],
  ['a new site', '/sites?new', {}, open('Make it')],
  ['sites that do not come', '/sites', { 'GET /sites': BROKEN }],
  ['sites that are still asked for', '/sites', { 'GET /sites': NEVER }],
  ['a site with changes', '/sites/shop', {}, open('Allow it', 'Save')],
  ['a broken site', '/sites/shop', { 'GET /sites/shop': shown('shop', SHOP, { problems }) }],
  ['a site that is not there', '/sites/nowhere', {}],
  ['the templates', '/templates', {}],
  ['no template', '/templates', { 'GET /sites': { sites: [] } }],
  ['a template', '/templates/poster-maker', {}, open('New slot', 'Publish')],
];

async function faultsAt(width: number, scheme: 'light' | 'dark', [, path, answers, act]: State): Promise<string[]> {
  await openDesk(path, { ...ANSWERS, ...answers }, { width, scheme });
  await expect
    .poll(() => document.querySelector('main [aria-busy=true]:not(h1)') === null || path === '/sites')
    .toBe(true);
  await act?.();
  for (const more of document.querySelectorAll('main details')) more.setAttribute('open', '');
  await settled();
  return faultsOf();
}

it.each(STATES)('nothing is wrong: %s', async (...state) => {
  expect(await faultsAt(1280, 'light', state)).toEqual([]);
});

/** What is widest. */
const FULL = STATES.filter(([name]) =>
  /^(the sites|a new site|a site with changes|the templates|a template)$/.test(name),
);

describe.each([
  [390, 'dark'],
  [320, 'light'],
] as const)('at %s px, %s', (width, scheme) => {
  it.each(FULL)('nothing is wrong: %s', async (...state) => {
    expect(await faultsAt(width, scheme, state)).toEqual([]);
  });
});

it.each([
  ['/sites/shop', 'dark'],
  ['/templates/poster-maker', 'dark'],
] as const)('nothing is wrong on a wide screen: %s, %s', async (path, scheme) => {
  await openDesk(path, ANSWERS, { width: 1280, scheme });
  await expect.poll(() => document.querySelector('.site')).not.toBeNull();
  await settled();

  expect(await faultsOf()).toEqual([]);
});
