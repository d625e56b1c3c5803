import { afterEach, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
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
