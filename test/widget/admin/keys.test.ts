import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { wishOf } from '../../../widget/admin/keys/client-keys.ts';
import { parseDollars } from '../../../widget/admin/keys/prices.ts';
import { answerOf, reasonOf } from '../../../widget/admin/keys/provider-keys.ts';
import { closeDesk, find, openDesk, refusal, textOf } from './desk.ts';
import { FACTS, TODAY } from './figures.ts';
import { CLIENTS, KEYS } from './keys/answers.ts';
import { CHOICES } from './sites/choices.ts';

afterEach(closeDesk);

const ANSWERS = { 'GET /keys': KEYS, 'GET /clients': CLIENTS, 'GET /choices': CHOICES };
const button = (name: string) => page.getByRole('button', { name, exact: true });
const all = (selector: string) => [...document.querySelectorAll(selector)].map(textOf);

describe('the answer', () => {
  const states = (...list: ('ready' | 'rests' | 'stopped')[]) => ({
    ...KEYS,
    keys: list.map((state, at) => ({ ...KEYS.keys[0]!, place: at + 1, state })),
  });
  it.each([
    [states('ready'), 'The provider key works.'],
    [states('ready', 'ready'), 'Both provider keys are ready.'],
    [states('ready', 'rests'), 'One provider key rests; pictures go on.'],
    [states('ready', 'rests', 'stopped'), 'One provider key needs replacing; pictures go on.'],
    [states('rests', 'stopped'), 'Every provider key rests. New pictures wait.'],
    [states('stopped'), 'No provider key works. Visitors read that pictures cannot be made now.'],
    [{ ...KEYS, demo: true, keys: [] }, 'No provider key yet: the demo draws.'],
  ])('%#', (keys, answer) => {
    expect(answerOf(keys)).toBe(answer);
  });
});

describe('provider keys', () => {
  it('are set by a command, on the owner’s machine by a line of a file', async () => {
    await openDesk('/keys', ANSWERS);
    find<HTMLDetailsElement>('.keys details').open = true;
    expect(textOf(find('.keys details'))).toContain('npx wrangler secret put GOOGLE_API_KEYS');

    await openDesk('/keys', { ...ANSWERS, 'GET /desk': { ...FACTS, origin: 'http://localhost:8787' } });
    find<HTMLDetailsElement>('.keys details').open = true;
    expect(textOf(find('.keys details'))).toContain('GOOGLE_API_KEYS=your-key');
    expect(textOf(find('.keys details'))).toContain('.dev.vars');
    expect(textOf(find('.keys details'))).not.toMatch(/wrangler|dashboard/);
  });

  it('are told by place and tag, each with why and what to do', async () => {
    await openDesk('/keys', ANSWERS);

    expect(textOf(find('h1'))).toBe('One provider key needs replacing; pictures go on.');
    expect(all('.keys tbody tr')).toEqual([
      expect.stringContaining('Google key 1 3fa9c1d2 Ready since 08:48 Nothing to do'),
      expect.stringContaining(
        'Rests until 18:48 UTC Day’s quota used up (HTTP 429). Keys of one project share a quota',
      ),
      expect.stringContaining('APIYI key 1 91c0de77 Ready not asked yet Not asked yet.'),
      expect.stringContaining('Stopped since 17:48 Key refused (HTTP 401). Copied whole?'),
    ]);
  });

  it('that a check refuses say why, and what to do', async () => {
    const refused = { outcome: 'refused', trouble: 'key-invalid', status: 401 };
    await openDesk('/keys', { ...ANSWERS, 'POST /keys/check': refused });

    await userEvent.click(button('Check Google key 1'));

    await expect
      .poll(() => all('.keys tbody tr')[0])
      .toContain('Refused: key refused (HTTP 401). Copied whole? Set a new one, then “Check”.');
  });

  it('are checked by a free call, one or all', async () => {
    const { asked, answer } = await openDesk('/keys', { ...ANSWERS, 'POST /keys/check': { outcome: 'works' } });

    await userEvent.click(button('Check Google key 1'));
    await expect.poll(() => all('.keys tbody tr')[0]).toContain('Works.');
    answer('POST /keys/check', { outcome: 'no_free_call' });
    await userEvent.click(button('Check all, free'));

    await expect.poll(() => all('.keys tbody tr')[3]).toContain('This provider has no free call.');
    expect(asked.filter(({ call }) => call === 'POST /keys/check').map(({ body }) => body)).toEqual(
      [KEYS.keys[0]!, ...KEYS.keys].map(({ provider, place }) => ({ provider, place })),
    );
  });

  it('have words for failures that the page does not know', () => {
    const { since } = KEYS.keys[3]!;
    expect(reasonOf({ ...KEYS.keys[3]!, why: 'of-tomorrow', ...(since && { since }) })).toContain(
      'Failed: of-tomorrow',
    );
  });

  it('that do not come say so, and are asked for again', async () => {
    const { answer } = await openDesk('/keys', {
      ...ANSWERS,
      'GET /keys': () => refusal(503, 'X', 'The ledger sleeps.'),
    });
    await expect.poll(() => document.querySelector('main .problem')).not.toBeNull();

    answer('GET /keys', KEYS);
    await userEvent.click(button('Try again'));

    await expect.poll(() => all('.keys tbody tr')).toHaveLength(4);
  });
});

describe('client keys', () => {
  it('say what each may use and has spent', async () => {
    await openDesk('/keys', ANSWERS);

    const rows = all('desk-client-keys tbody tr');
    expect(rows[0]).toContain('dev pk_dev ');
    expect(rows[0]).toContain('in CLIENT_KEYS');
    // On phones there are no headings, so each cell says what it is.
    expect(rows[0]).toContain('all models of the site');
    expect(rows[0]).toContain('same picture again not used today never ends');
    expect(rows[1]).toContain('$0.27 of $1.00');
    expect(rows[1]).toContain('ends 31 January 2027');
  });

  it('are made, shown once, and cannot be left before they are stored', async () => {
    const made = { ...CLIENTS.clients[1]!, key: 'pk_8Qm2vT0cYwE5rJ1xZ7nKd4' };
    const { asked } = await openDesk('/keys', { ...ANSWERS, 'POST /clients': made });
    await userEvent.click(button('New client key'));
    await userEvent.fill(page.getByLabelText('Name'), 'newsletter');
    await userEvent.fill(page.getByLabelText('Dollars a day'), '1,50');
    await userEvent.click(page.getByLabelText('Nano Banana Pro'));
    await userEvent.click(button('Make the key'));

    await expect.poll(() => document.querySelector<HTMLInputElement>('.once input')?.value).toBe(made.key);
    expect(asked.find(({ call }) => call === 'POST /clients')?.body).toEqual({
      ...{ name: 'newsletter', site: 'gifts', takes: 'named', dailyUsd: 1.5, models: ['gemini-3-pro-image'] },
    });
    await userEvent.click(button('Done'));
    expect(textOf(find('.key-once'))).toContain('Store it first, then tick the box.');
    await userEvent.click(page.getByLabelText('I have stored it'));
    await userEvent.click(button('Done'));
    await expect.poll(() => document.querySelector('.key-once')).toBeNull();
    expect(document.body.innerHTML).not.toContain(made.key);
  });

  it.each([
    [{ name: '' }, { name: 'Write a name, such as newsletter.' }],
    [{ name: 'a b' }, { name: 'A space cannot be in it.' }],
    [{ name: 'aäb' }, { name: '“ä” cannot be in it.' }],
    [{ daily: '0' }, { daily: 'A number above 0, such as 5.' }],
    [{ ends: TODAY }, { ends: 'A day to come.' }],
  ])('with %j are not made', (change, wrong) => {
    const draft = { name: 'a', site: 'shop', models: [], daily: '', ends: '', takes: 'named' as const, ...change };

    expect(wishOf(draft, TODAY)).toEqual({ wrong });
  });

  it('begin no line with a dot on phones', async () => {
    await openDesk('/keys', ANSWERS, { width: 390 });
    const cells = [...document.querySelectorAll('desk-client-keys tr:last-child td.second')];
    const dotOf = (cell: Element | undefined, end: string) => getComputedStyle(cell!, end).content;

    expect(cells.map((cell) => dotOf(cell, '::before'))).toEqual(cells.map(() => 'none'));
    expect(dotOf(cells[1], '::after')).toContain('·');
    expect(dotOf(cells.at(-1), '::after')).not.toContain('·');
  });

  it('are revoked after a question', async () => {
    const { asked } = await openDesk('/keys', {
      ...ANSWERS,
      'DELETE /clients/newsletter': () => new Response(null, { status: 204 }),
    });

    await userEvent.click(button('Revoke newsletter'));
    expect(textOf(find('dialog'))).toContain('It has spent $0.27 today.');
    await userEvent.click(page.getByRole('dialog').getByRole('button', { name: 'Revoke newsletter' }));

    await expect.poll(() => asked.map(({ call }) => call)).toContain('DELETE /clients/newsletter?site=shop');
    await expect.poll(() => all('desk-client-keys tbody tr')).toHaveLength(1);
  });
});

describe('prices', () => {
  it('show what needs a look first, and are confirmed as they are', async () => {
    const kept = { ...KEYS.prices[1]!, state: 'fresh', confirmed: TODAY };
    const { asked } = await openDesk('/keys', { ...ANSWERS, 'PUT /prices/apiyi/gemini-3-pro-image': kept });
    expect(all('desk-prices tbody tr')[0]).toContain('Nano Banana Pro APIYI ≈ $0.090 63 days ago · look again');

    await userEvent.click(button('Look at the price of Nano Banana Pro at APIYI'));
    await userEvent.click(button('Still right'));

    await expect.poll(() => all('desk-prices tbody tr').at(-1)).toContain('today');
    expect(asked.find(({ call }) => call.startsWith('PUT'))?.body).toEqual({ figures: {} });
  });

  it('are corrected by what differs', async () => {
    const { asked } = await openDesk('/keys', { ...ANSWERS, 'PUT /prices/apiyi/gemini-3-pro-image': KEYS.prices[1] });
    await userEvent.click(button('Look at the price of Nano Banana Pro at APIYI'));
    await userEvent.fill(page.getByLabelText('A call'), 'free');
    await userEvent.click(button('Correct it'));
    expect(textOf(find('.price-look'))).toContain('Dollars, such as 0.045.');

    await userEvent.fill(page.getByLabelText('A call'), '0.095');
    await userEvent.click(button('Correct it'));

    await expect
      .poll(() => asked.find(({ call }) => call.startsWith('PUT'))?.body)
      .toEqual({
        figures: { perCall: 95_000 },
      });
  });

  it.each([
    ['0.045', 45_000],
    ['$5', 5_000_000],
    ['0,1', 100_000],
    ['-1', undefined],
    ['', undefined],
  ])('%s is %s micro-dollars', (typed, micros) => {
    expect(parseDollars(typed)).toBe(micros);
  });
});
