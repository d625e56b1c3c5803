import { afterEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { changeInWords, foldLogIns } from '../../../widget/admin/pages/history.ts';
import { closeDesk, find, openDesk, refusal, textOf } from './desk.ts';
import { NOW } from './figures.ts';

afterEach(closeDesk);

const ENTRIES = [
  { id: 4, at: NOW - 60_000, what: 'log_ins_failed', who: '', count: 3 },
  {
    ...{ id: 3, at: NOW - 120_000, what: 'site_saved', who: 'access:ada@tidewater.example', count: 1 },
    ...{ site: 'shop', fields: ['origins', 'budgets.dailyUsd'] },
  },
  { id: 2, at: NOW - 180_000, what: 'client_revoked', who: 'token', count: 1, site: 'gifts', target: '<img src=x>' },
  { id: 1, at: NOW - 86_400_000, what: 'paused', who: 'token', count: 1 },
];
const entry = (what: string, target: string) => ({ id: 1, at: NOW, what, who: 'token', count: 1, target });
const rows = () => [...document.querySelectorAll('.history tbody tr')].map(textOf);

it('tells who changed what, in words, and draws no name as HTML', async () => {
  await openDesk('/history', { 'GET /audit': { entries: ENTRIES } });

  await expect
    .poll(rows)
    .toEqual([
      '3 wrong admin tokens that day the deployment somebody without the token 29 Nov 17:47',
      'Changed Shop: pages and dollars a day Shop ada@tidewater.example 29 Nov 17:46',
      'Revoked the client key <img src=x> of Gifts Gifts token 29 Nov 17:45',
      'Paused everything the deployment token 28 Nov 17:48',
    ]);
  expect(textOf(find('h1'))).toBe(
    'Last change: changed Shop: pages and dollars a day, 17:46 UTC, by ada@tidewater.example.',
  );
});

it('is of one site, as the address says', async () => {
  await openDesk('/history', { 'GET /audit': { entries: ENTRIES } });
  await expect.poll(() => rows().length).toBe(4);

  await userEvent.selectOptions(page.getByRole('combobox'), 'gifts');

  await expect.poll(() => location.search).toBe('?site=gifts');
  await expect.poll(() => rows().length).toBe(1);
});

it('goes on with older changes', async () => {
  const full = Array.from({ length: 100 }, (_, at) => ({ ...ENTRIES[3]!, id: 200 - at }));
  const { asked, answer } = await openDesk('/history', { 'GET /audit': { entries: full } });
  await expect.poll(() => rows().length).toBe(100);
  answer('GET /audit', { entries: ENTRIES });

  await userEvent.click(page.getByRole('button', { name: 'Older changes' }));

  await expect.poll(() => rows().length).toBe(104);
  expect(asked.map(({ call }) => call)).toContain('GET /audit?limit=100&before=101');
  expect(document.querySelector('.history .buttons')).toBe(null);
});

it('says why it could not be read, with another try', async () => {
  const { answer } = await openDesk('/history', {
    'GET /audit': () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'The ledger does not answer.'),
  });
  await expect
    .poll(() => textOf(find('.history')))
    .toContain('The changes could not be read. The ledger does not answer.');
  answer('GET /audit', { entries: [] });

  await userEvent.click(page.getByRole('button', { name: 'Try again' }));

  await expect.poll(() => textOf(find('h1'))).toBe('Nothing was changed yet.');
});

it.each([
  ['alarm_closed', 'budget_80::day:2026-11-30%20of%20600000', 'Put an alarm away: 80 % of a cap'],
  ['alarm_closed', 'budget_80:shop:day:2026-11-30', 'Put an alarm away: 80 % of a cap, shop'],
  ['price_confirmed', 'google gemini-nano-banana-2.1', 'Confirmed Google’s price of gemini-nano-banana-2.1'],
  ['bill_added', 'google 2026-11', 'Added Google’s bill of November 2026'],
])('has words for %s %s', (what, target, words) => {
  expect(changeInWords(entry(what, target))).toBe(words);
});

it('tells what an amount was, and is', async () => {
  const values = { 'budgets.dailyUsd': [5, 20], proof: [null, 'pow'], paused: [false, true] };
  const fields = [...Object.keys(values), 'notice'];
  await openDesk('/history', { 'GET /audit': { entries: [{ ...ENTRIES[1]!, fields, values }] } });

  await expect.poll(() => rows()[0]).toContain('Dollars a day: 5 → 20 Bot check: pow Lasting pause: no → yes');
});

it('folds the log-ins of a person and a day', () => {
  const logIn = (id: number, at: number, who = 'token') => ({ id, at, what: 'logged_in', who, count: 1 });
  const entries = [
    logIn(9, NOW),
    ENTRIES[3]!,
    logIn(8, NOW - 1000),
    logIn(7, NOW, 'access:a'),
    logIn(6, NOW - 86_400_000),
  ];

  expect(foldLogIns(entries).map(({ id, count }) => [id, count])).toEqual([
    [9, 2],
    [1, 1],
    [7, 1],
    [6, 1],
  ]);
});

it('has every kept change in its file', async () => {
  const full = Array.from({ length: 500 }, (_, at) => ({ ...ENTRIES[3]!, id: 900 - at }));
  const { asked, answer } = await openDesk('/history', { 'GET /audit': { entries: ENTRIES } });
  await expect.poll(() => rows().length).toBe(4);
  let turn = 0;
  answer('GET /audit', () => ({ entries: turn++ === 0 ? full : ENTRIES }));
  let file: Blob | undefined;
  const made = vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    file = blob as Blob;
    return 'blob:x';
  });

  await userEvent.click(page.getByRole('button', { name: 'CSV' }));
  await expect.poll(() => file).toBeDefined();
  made.mockRestore();

  expect((await file?.text())?.trim().split('\n')).toHaveLength(505);
  expect(asked.map(({ call }) => call)).toContain('GET /audit?limit=500&before=401');
});
