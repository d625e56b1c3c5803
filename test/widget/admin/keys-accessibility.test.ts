/** Keys, Bills and Set-up in each of their states: axe-core, widths, targets. */
import { afterEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { faultsOf } from './accessible.ts';
import { closeDesk, NEVER, openDesk, refusal, settled } from './desk.ts';
import { BILL, CLIENTS, FINISHED, FIRST_RUN, KEYS, NO_BILL } from './keys/answers.ts';
import { CHOICES } from './sites/choices.ts';

afterEach(closeDesk);

const BROKEN = () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'The ledger does not answer. Try again in 10 s.');
const ANSWERS = {
  ...{ 'GET /keys': KEYS, 'GET /clients': CLIENTS, 'GET /choices': CHOICES, 'GET /bills/2026-11': BILL },
  ...{ 'GET /setup': FIRST_RUN, 'POST /clients': { ...CLIENTS.clients[1], key: 'pk_8Qm2vT0cYwE5rJ1xZ7nKd4' } },
};

type State = [name: string, path: string, answers: object, act?: () => Promise<void>];
const press = async (name: string) => page.getByRole('button', { name, exact: true }).first().click();

const STATES: readonly State[] = [
  ['keys', '/keys', {}, () => press('Look at the price of Nano Banana Pro at APIYI')],
  ['a new client', '/keys', {}, () => press('New client key')],
  [
    ...(['a key shown once', '/keys', {}] as const),
    async () => {
      await press('New client key');
      await page.getByLabelText('Name').fill('newsletter');
      await press('Make the key');
      await expect.poll(() => document.querySelector('.key-once')).not.toBeNull();
    },
  ],
  ['no keys', '/keys', { 'GET /keys': { ...KEYS, demo: true, keys: [], prices: [] }, 'GET /clients': { clients: [] } }],
  ['keys that do not come', '/keys', { 'GET /keys': BROKEN, 'GET /clients': BROKEN }],
  ['keys that are still asked for', '/keys', { 'GET /keys': NEVER, 'GET /clients': NEVER }],
  ['a bill', '/bills', {}],
  ['no bill', '/bills', { 'GET /bills/2026-11': NO_BILL }],
  ['a bill that does not come', '/bills', { 'GET /bills/2026-11': BROKEN }],
  ['a bill that is still asked for', '/bills', { 'GET /bills/2026-11': NEVER }],
  ['the first run', '/setup', {}],
  ['all steps done', '/setup', { 'GET /setup': FINISHED }],
  ['steps that do not come', '/setup', { 'GET /setup': BROKEN }],
];

async function faultsAt(width: number, scheme: 'light' | 'dark', [, path, answers, act]: State): Promise<string[]> {
  await openDesk(path, { ...ANSWERS, ...answers }, { width, scheme });
  await act?.();
  for (const more of document.querySelectorAll('main details')) more.setAttribute('open', '');
  await settled();
  return faultsOf();
}

it.each(STATES)('nothing is wrong: %s', async (...state) => {
  expect(await faultsAt(1280, 'light', state)).toEqual([]);
});

/** What is widest. */
const FULL = STATES.filter(([name]) => /^(keys|a new client|a key shown once|a bill|the first run)$/.test(name));

describe.each([
  [1280, 'dark'],
  [390, 'dark'],
  [320, 'light'],
] as const)('at %s px, %s', (width, scheme) => {
  it.each(FULL)('nothing is wrong: %s', async (...state) => {
    expect(await faultsAt(width, scheme, state)).toEqual([]);
  });
});
