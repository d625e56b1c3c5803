import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { picturesSentence } from '../../../widget/admin/setup/figures.ts';
import { ALARM_DOORS } from '../../../widget/admin/words/alarms.ts';
import { closeDesk, find, openDesk, settled, textOf } from './desk.ts';
import { FACTS } from './figures.ts';
import { FINISHED, FIRST_RUN, withStep } from './keys/answers.ts';

afterEach(closeDesk);

const button = (name: string) => page.getByRole('button', { name, exact: true });
const step = (name: string) => textOf(find(`#step-${name}`));
const record = (fields: object = {}) => ({
  ...{ id: 'default', source: 'variables', paused: null },
  record: { origins: [], ...fields },
});
const saved = (fields: object = {}) => ({ record: { origins: [], ...fields }, changed: [], warnings: [] });

describe('the set-up', () => {
  it('says what is missing, and opens the next step', async () => {
    await openDesk('/setup', { 'GET /setup': FIRST_RUN });

    expect(textOf(find('h1'))).toBe('It runs. Five steps until it draws for your visitors.');
    expect(step('runs')).toContain('Version 0.9.0, in 41 ms.');
    expect(step('drawn')).toContain('$0.034962');
    expect(step('drawn')).toContain('play money');
    expect(textOf(find('.step.open h2'))).toContain('Give it a provider key');
    expect(step('key')).toContain('npm run setup -- --key');
    expect(step('live')).toContain('Waiting for a visit');
    expect(step('live')).toContain('<peel-studio></peel-studio>');
  });

  it('makes a secret in the browser, for those who set the key by hand', async () => {
    await openDesk('/setup', { 'GET /setup': FIRST_RUN });
    find<HTMLDetailsElement>('#step-key details').open = true;

    expect(step('key')).toMatch(/\b[0-9a-f]{64}\b/);
    expect(step('key')).toContain('npx wrangler secret put PEEL_SECRET');
  });

  it('says what a refused key and a silent binding are', async () => {
    const refused = { provider: 'google', place: 1, tag: 'x', state: 'stopped', why: 'key-invalid', status: 400 };
    const setup = withStep(FIRST_RUN, { name: 'key', done: false, facts: refused });
    const { answer } = await openDesk('/setup', { 'GET /setup': setup });
    expect(step('key')).toContain('Set, but Google refuses it (HTTP 400). Copied whole?');

    const facts = { broken: 'R2', problem: 'the bucket peel-bucket is missing', version: '1', ms: 3 };
    answer('GET /setup', withStep(FIRST_RUN, { name: 'runs', done: false, facts }));
    document.dispatchEvent(new Event('visibilitychange'));

    await expect.poll(() => textOf(find('h1'))).toBe('R2 does not answer.');
    expect(step('runs')).toContain('No answer from R2: the bucket peel-bucket is missing');
  });

  it('ends with the first picture', async () => {
    await openDesk('/setup', { 'GET /setup': FINISHED });

    expect(textOf(find('h1'))).toBe('It works. First picture on tidewater.example at 17:48: $0.034700, 17.2 s.');
    expect(document.querySelectorAll('.step.done')).toHaveLength(8);
    expect(textOf(find('.doors'))).toContain('Set an alarm');
  });
});

describe('a step', () => {
  it('of the page puts an address right and saves it, without a word on money', async () => {
    const { asked } = await openDesk('/setup', {
      'GET /setup': FIRST_RUN,
      'GET /sites/default': () => Response.json(record(), { headers: { ETag: '"1"' } }),
      'PUT /sites/default': saved(),
    });
    await userEvent.fill(page.getByLabelText('Address of your page'), 'Tidewater.example/shop');
    await userEvent.click(button('Add'));

    await expect
      .poll(() => asked.find(({ call }) => call === 'PUT /sites/default')?.body)
      .toEqual({ origins: ['https://tidewater.example'] });
    expect(asked.find(({ call }) => call === 'PUT /sites/default')?.headers.get('If-Match')).toBe('"1"');
  });

  it('of the page lists every saved one, and says why one on the owner’s machine does not count', async () => {
    const facts = { pages: 0, locals: 'http://127.0.0.1:8784 http://127.0.0.1:8771' };
    await openDesk('/setup', { 'GET /setup': withStep(FIRST_RUN, { name: 'page', done: false, facts }) });

    expect([...document.querySelectorAll('#step-page li')].map(textOf)).toEqual([
      'http://127.0.0.1:8784 may draw, for you alone: nobody else can open that address',
      'http://127.0.0.1:8771 may draw, for you alone: nobody else can open that address',
    ]);
    expect(find('#setup-origin')).toBeTruthy();
  });

  it('of the page lists what visitors open too', async () => {
    const facts = { pages: 2, origins: 'https://a.example https://b.example', locals: 'http://localhost:1' };
    await openDesk('/setup', { 'GET /setup': withStep(FIRST_RUN, { name: 'page', done: true, facts }) });

    expect([...document.querySelectorAll('#step-page li b')].map(textOf)).toEqual([
      ...['https://a.example', 'https://b.example', 'http://localhost:1'],
    ]);
  });

  it('of the key says that it could not be checked', async () => {
    const facts = { provider: 'google', place: 1, tag: '95e22b27', state: 'ready', unclear: true };
    await openDesk('/setup', { 'GET /setup': withStep(FIRST_RUN, { name: 'key', done: false, facts }) });

    expect(step('key')).toContain('Google’s key 95e22b27 is set, and could not be checked');
    expect(find('#step-key').classList).not.toContain('done');
  });

  it('of the first picture is real money where a key is set', async () => {
    const setup = withStep({ ...FIRST_RUN, demo: false }, { name: 'drawn', done: false, facts: {} });
    await openDesk('/setup', { 'GET /setup': setup });

    expect(step('drawn')).toContain('it is one picture, about $0.035, of real money.');
    expect(step('drawn')).not.toContain('play money');
  });

  it('of money tells the cap of all sites, and an alarm’s door leads to how it is changed', async () => {
    const facts = { dayMicros: 5e6, monthMicros: 50e6, deploymentDayMicros: 20e6, deploymentMonthMicros: 200e6 };
    const setup = withStep(FIRST_RUN, { name: 'money', done: true, facts });
    const door = ALARM_DOORS.budget_100({ name: 'budget_100', id: '', at: 0, text: '', facts: {} }).address;
    await openDesk(door.slice('/peel/admin'.length), { 'GET /setup': setup });

    await expect.poll(() => document.activeElement?.id).toBe('all-sites');
    expect(step('money')).toContain('This site: $5.00 a day, $50.00 a month.');
    expect(step('money')).toContain('All sites together: $20.00 a day, $200.00 a month.');
    expect(find<HTMLDetailsElement>('#all-sites details').open).toBe(true);
    expect(step('money')).toContain('npx wrangler secret put DEPLOYMENT_DAILY_BUDGET_USD');
  });

  it('of the bot check is where the alarm of a silent Turnstile leads', async () => {
    const facts = { kind: 'turnstile', test: false, turnstile: true };
    const door = ALARM_DOORS.proof_down({ name: 'proof_down', id: '', at: 0, text: '', facts: {} }).address;
    await openDesk(door.slice('/peel/admin'.length), {
      'GET /setup': withStep(FIRST_RUN, { name: 'check', done: true, facts }),
    });

    await expect.poll(() => document.activeElement?.id).toBe('step-check');
    expect(step('check')).toContain('npx wrangler secret put TURNSTILE_SECRET_KEY');
  });

  it('on the owner’s machine names the file and no command of production', async () => {
    const facts = { dayMicros: 5e6, monthMicros: 50e6, deploymentDayMicros: 20e6, deploymentMonthMicros: 200e6 };
    await openDesk('/setup', {
      'GET /desk': { ...FACTS, origin: 'http://127.0.0.1:8787' },
      'GET /setup': withStep(FIRST_RUN, { name: 'money', done: false, facts }),
    });

    expect(step('key')).toContain('.dev.vars');
    expect(step('key')).toContain('GOOGLE_API_KEYS=your-key');
    find<HTMLDetailsElement>('#all-sites details').open = true;
    expect(step('money')).toContain('DEPLOYMENT_DAILY_BUDGET_USD=20');
    expect(textOf(find('.steps'))).not.toMatch(/wrangler|npm run setup/);
  });

  it('of the page refuses what is no page, and allows one that asked', async () => {
    const { asked } = await openDesk('/setup', {
      'GET /setup': FIRST_RUN,
      'GET /sites/default': record(),
      'PUT /sites/default': saved(),
    });
    await userEvent.click(button('Add'));
    expect(step('page')).toContain('Write the address, such as https://tidewater.example.');
    expect(document.activeElement?.id).toBe('setup-origin');

    expect(step('page')).toContain('https://www.tidewater.example asked 6 times today and was refused. Yours?');
    await userEvent.click(button('Allow it'));

    await expect
      .poll(() => asked.find(({ call }) => call === 'PUT /sites/default')?.body)
      .toEqual({ origins: ['https://www.tidewater.example'] });
  });

  it('of money says how many pictures it is, and saves both amounts', async () => {
    const { asked } = await openDesk('/setup', {
      'GET /setup': FIRST_RUN,
      'GET /sites/default': record({ origins: ['https://a.example'] }),
      'PUT /sites/default': saved(),
    });
    expect(step('money')).toContain('About 143 pictures a day with Nano Banana 2.1, until the month’s $50.00');
    await userEvent.fill(page.getByLabelText('Dollars a day'), '0');
    await userEvent.click(page.getByRole('button', { name: 'Save' }));
    expect(step('money')).toContain('A number above 0, such as 5.');

    await userEvent.fill(page.getByLabelText('Dollars a day'), '3');
    await userEvent.click(page.getByRole('button', { name: 'Save' }));

    await expect
      .poll(() => asked.find(({ call }) => call === 'PUT /sites/default')?.body)
      .toEqual({ origins: ['https://a.example'], budgets: { dailyUsd: 3, monthlyUsd: 50 } });
  });

  it('of adults says that a site of variables already draws', async () => {
    await openDesk('/setup', {
      'GET /setup': withStep(FIRST_RUN, { name: 'adults', done: false, facts: { draws: true } }),
    });

    expect(step('adults')).toContain('already draws with your key, without your word on this');
  });

  it('of a page that was refused can be taken back', async () => {
    const evil = 'https://evil.example';
    const refused = withStep(FIRST_RUN, { name: 'page', done: false, facts: { refused: evil, refusedCount: 2 } });
    const { asked, answer } = await openDesk('/setup', {
      'GET /setup': refused,
      'GET /sites/default': record(),
      'PUT /sites/default': saved(),
    });
    await userEvent.click(button('Allow it'));
    await expect.poll(() => asked.some(({ call }) => call === 'PUT /sites/default')).toBe(true);
    answer('GET /sites/default', { ...record(), record: { origins: [evil, 'https://a.example'] } });
    await userEvent.click(button('Undo'));

    await expect
      .poll(() => asked.filter(({ call }) => call === 'PUT /sites/default').map(({ body }) => body))
      .toEqual([{ origins: [evil] }, { origins: ['https://a.example'] }]);
  });

  it('of adults writes the site’s record', async () => {
    const { asked, answer } = await openDesk('/setup', {
      'GET /setup': FIRST_RUN,
      'GET /sites/default': record(),
      'PUT /sites/default': saved(),
    });
    answer('GET /setup', withStep(FIRST_RUN, { name: 'adults', done: true, facts: {} }));
    await userEvent.click(page.getByRole('checkbox'));

    await expect.poll(() => step('adults')).toContain('Your page is not aimed at people under 18.');
    expect(asked.find(({ call }) => call === 'PUT /sites/default')?.body).toMatchObject({ adultsDeclared: true });
  });

  it('that is not saved says why', async () => {
    await openDesk('/setup', { 'GET /setup': FIRST_RUN, 'GET /sites/default': record() });
    await userEvent.click(page.getByRole('checkbox'));

    await expect.poll(() => step('adults')).toContain('Not saved. This path does not exist.');
  });

  it('is looked for every five seconds', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { asked } = await openDesk('/setup', { 'GET /setup': FIRST_RUN });
    const looks = () => asked.filter(({ call }) => call === 'GET /setup').length;
    const before = looks();

    vi.advanceTimersByTime(10_000);
    await settled();

    expect(looks()).toBe(before + 2);
  });
});

it.each([
  [
    5,
    50,
    'About 142 pictures a day with X, until the month’s $50.00 are used on day 10. No spending goes past either cap.',
  ],
  [
    6,
    50,
    'About 170 pictures a day with X, until the month’s $50.00 are used on day 9. No spending goes past either cap.',
  ],
  [1, 50, 'About 27 pictures a day with X. No spending goes past either cap.'],
  [50, 5, 'About 142 pictures a day with X. No spending goes past either cap.'],
])('$%i a day and $%i a month are so many pictures', (day, month, sentence) => {
  expect(picturesSentence({ day: day * 1e6, month: month * 1e6 }, { micros: 34_750, held: 95_000 }, 'X')).toBe(
    sentence,
  );
});
