import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { closeDesk, find, LOGGED_OUT, NEVER, openDesk, refusal, settled, textOf } from './desk.ts';
import { EMPTY, FACTS, NOW, OVERVIEW, SETUP } from './figures.ts';
import { FIRST_RUN } from './keys/answers.ts';

afterEach(closeDesk);

const title = () => textOf(find('h1'));
const calls = (asked: { call: string }[]) => asked.map(({ call }) => call);

describe('the log-in', () => {
  it('opens the desk with the right token', async () => {
    const { answer, asked } = await openDesk('', { 'GET /desk': LOGGED_OUT });
    expect(title()).toBe(`Your desk at ${location.host}`);
    expect(document.activeElement).toBe(find('#token'));
    answer('GET /desk', {
      who: 'token',
      origin: location.origin,
      version: '1.0.0',
      demo: false,
      providers: [],
      sites: [],
    });

    await userEvent.keyboard('a-long-token{Enter}');

    await expect.poll(title).toBe('Every cap holds. Three things need a look.');
    expect(asked.find(({ call }) => call === 'POST /login')?.body).toEqual({ token: 'a-long-token' });
  });

  it('says that a token is wrong, and selects it', async () => {
    await openDesk('', { 'GET /desk': LOGGED_OUT, 'POST /login': LOGGED_OUT });

    await userEvent.keyboard('guess{Enter}');

    await expect.poll(() => textOf(find('#token-problem'))).toBe('That is not the token.');
    expect(find('#token').getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(find('#token'));
  });

  it('asks nothing without a token', async () => {
    const { asked } = await openDesk('', { 'GET /desk': LOGGED_OUT });

    await userEvent.keyboard('{Enter}');

    await expect.poll(() => textOf(find('#token-problem'))).toBe('Type the admin token.');
    expect(calls(asked)).toEqual(['GET /desk']);
  });

  it('counts down while the address is locked, and then lets try again', async () => {
    const locked = () => refusal(429, 'BURST', 'Too many wrong tokens.', { 'Retry-After': '3' });
    const { asked } = await openDesk('', { 'GET /desk': LOGGED_OUT, 'POST /login': locked });

    await userEvent.keyboard('guess{Enter}');
    await expect.poll(() => textOf(find('#token-problem'))).toBe('Too many tries. Again in 3 s.');
    await userEvent.keyboard('{Enter}');
    expect(calls(asked).filter((call) => call === 'POST /login')).toHaveLength(1);
    vi.setSystemTime(NOW + 4000);

    await expect.poll(() => textOf(find('#token-problem'))).toBe('You can try again.');
    expect(find('main.login button').hasAttribute('aria-disabled')).toBe(false);
  });

  it('on the owner’s machine says where the token stands, and no command of production', async () => {
    // The test's own page is on this machine.
    await openDesk('', { 'GET /desk': LOGGED_OUT });

    expect(textOf(find('#token-hint'))).toBe(
      'npm start prints it at each start. For one of your own, write ADMIN_TOKEN=… into .dev.vars and restart.',
    );
  });

  it('says how a deployment gets its desk where no token is set', async () => {
    await openDesk('', { 'GET /desk': () => refusal(404, 'NOT_FOUND', 'Not there.') });

    expect(title()).toBe('This deployment has no desk yet.');
    expect(textOf(find('.command'))).toContain('npx wrangler secret put ADMIN_TOKEN');
  });

  it('comes over the page when the session has ended, and what was typed stays', async () => {
    const { answer } = await openDesk();
    const typed = document.createElement('input');
    find('#content').append(typed);
    typed.value = 'half a sentence';
    answer('POST /pause', LOGGED_OUT);

    await userEvent.click(find('#pause'));
    await expect.poll(() => document.querySelector('dialog.login')?.matches(':modal')).toBe(true);
    await userEvent.keyboard('{Escape}');
    expect(find<HTMLDialogElement>('dialog.login').open).toBe(true);
    await userEvent.type(find('#token'), 'a-long-token{Enter}');

    await expect.poll(() => document.querySelector('dialog.login')).toBe(null);
    expect(typed.isConnected).toBe(true);
    expect(typed.value).toBe('half a sentence');
  });

  it('logs out', async () => {
    const { asked } = await openDesk();

    await userEvent.click(page.getByRole('button', { name: 'Log out' }));

    await expect.poll(title).toBe(`Your desk at ${location.host}`);
    expect(calls(asked)).toContain('POST /logout');
  });

  it('is Cloudflare’s with Access, and so is the log-out', async () => {
    const facts = {
      who: 'access:ada@tidewater.example',
      origin: location.origin,
      version: '1',
      demo: false,
      providers: [],
      sites: [],
    };
    await openDesk('', { 'GET /desk': facts });

    expect(textOf(find('.rail'))).not.toContain('Log out');
  });
});

it('that was asked too often says so, can pause meanwhile, and opens by itself', async () => {
  const tooMuch = () => refusal(429, 'BURST', 'Too many requests at once.', { 'Retry-After': '1' });
  const { asked, answer } = await openDesk('', { 'GET /desk': tooMuch });
  expect(title()).toBe('The desk was asked too often at once.');
  expect(textOf(find('main'))).toContain('Again in 1 s. It asks again by itself, and pictures go on meanwhile.');

  await userEvent.click(page.getByRole('button', { name: 'Pause all' }));
  await expect.poll(() => textOf(find('main'))).toContain('Paused. In force within 5 s');
  expect(asked.find(({ call }) => call === 'POST /pause')?.body).toEqual({ scope: 'deployment', paused: true });
  answer('GET /desk', FACTS);

  await expect.poll(title).toBe('Every cap holds. Three things need a look.');
});

it('asks for the steps once where the set-up is opened, which tells how many are left', async () => {
  const { asked } = await openDesk('/setup', { 'GET /setup': FIRST_RUN });

  expect(calls(asked).filter((call) => call === 'GET /setup')).toHaveLength(1);
  expect(textOf(find('.rail'))).toContain('5');
});

describe('the pause', () => {
  it('is one click from any page, and asks nothing', async () => {
    const { asked, answer } = await openDesk('/history', { 'GET /audit': { entries: [] } });
    answer('GET /overview', { ...OVERVIEW, paused: { at: NOW - 240_000, who: 'token', unheard: [] } });

    await userEvent.click(page.getByRole('button', { name: 'Pause all' }));

    await expect.poll(() => textOf(find('#pause'))).toBe('Resume');
    expect(asked.find(({ call }) => call === 'POST /pause')?.body).toEqual({ scope: 'deployment', paused: true });
    expect(textOf(find('desk-header .state'))).toBe('Paused for 4 min');
    expect(textOf(find('desk-toasts [role=alert]'))).toContain('Paused. In force within 5 s; kept pictures go on.');
  });

  it('is two Tabs and Enter on a page that was just opened, and after a link too', async () => {
    const { asked } = await openDesk('', { 'GET /audit': { entries: [] } });
    await userEvent.click(page.getByRole('link', { name: 'History' }));
    await expect.poll(title).toBe('Nothing was changed yet.');

    await userEvent.keyboard('{Tab}{Tab}{Enter}');

    await expect.poll(() => calls(asked)).toContain('POST /pause');
  });

  it('works while no figures come', async () => {
    const { asked } = await openDesk('', { 'GET /overview': NEVER });

    await userEvent.click(find('#pause'));

    await expect.poll(() => calls(asked)).toContain('POST /pause');
  });

  it('says why it did not come off', async () => {
    await openDesk('', { 'POST /pause': () => refusal(503, 'UPSTREAM_UNAVAILABLE', 'The ledger does not answer.') });

    await userEvent.click(find('#pause'));

    await expect
      .poll(() => textOf(find('desk-toasts [role=alert]')))
      .toContain('Not paused. The ledger does not answer.');
  });

  it('names the sites that have not heard it', async () => {
    await openDesk('', { 'POST /pause': { scope: 'deployment', paused: true, unheard: ['shop', 'gifts'] } });

    await userEvent.click(find('#pause'));

    await expect.poll(() => textOf(find('desk-toasts'))).toContain('Not heard yet by Shop and Gifts');
  });
});

describe('pages', () => {
  it('open without another load, and go back and forth with their filters', async () => {
    await openDesk('', { 'GET /audit': { entries: [] } });
    const frame = find('.desk');
    await userEvent.click(page.getByRole('group', { name: 'Show' }).getByRole('button', { name: 'Refused' }));
    await expect.poll(() => location.search).toBe('?show=refused');

    await userEvent.click(page.getByRole('link', { name: 'History' }));
    await expect.poll(() => location.pathname).toBe('/peel/admin/history');
    await expect.poll(() => document.title).toBe('Nothing was changed yet · Peel');
    history.back();

    await expect.poll(() => location.search).toBe('?show=refused');
    await expect.poll(() => textOf(find('.days h2'))).toBe('Refused by day, last 30 days');
    expect(find('.desk')).toBe(frame);
    expect(find('.rail [aria-current=page]').textContent).toContain('Overview');
  });

  it('say their answer to screen readers on arrival', async () => {
    await openDesk();

    expect([...document.querySelectorAll('[role=status]')].map(textOf)).toContain(
      'Every cap holds. Three things need a look.',
    );
    expect(document.title).toBe('Every cap holds. Three things need a look · Peel');
  });

  it('that are not there say so', async () => {
    await openDesk('/nowhere');

    expect(title()).toBe('The desk has no page at this address.');
  });

  it('begin with Set-up where nothing was ever drawn', async () => {
    const setup = { ...SETUP, steps: SETUP.steps.map((step) => ({ ...step, done: step.name === 'runs' })) };
    await openDesk('', { 'GET /overview': EMPTY, 'GET /setup': setup });

    await expect.poll(() => location.pathname).toBe('/peel/admin/setup');
  });

  it('count open alarms and steps left in the rail', async () => {
    await openDesk();

    expect(textOf(find('.rail [href="/peel/admin/alarms"]'))).toContain('3');
    await expect.poll(() => textOf(find('.rail [href="/peel/admin/setup"]'))).toContain('1');
  });

  it('carry a strip in a demo', async () => {
    await openDesk('/nowhere', {
      'GET /desk': { who: 'token', origin: location.origin, version: '1', demo: true, providers: [], sites: [] },
    });

    expect(textOf(find('.demo-strip'))).toContain('play money');
  });

  it('are behind a bar on phones, the others behind its last button', async () => {
    await openDesk('', {}, { width: 390 });
    expect(find('.rail').checkVisibility()).toBe(false);

    await userEvent.click(page.getByRole('button', { name: 'More' }));

    await expect.poll(() => find('.rail').checkVisibility()).toBe(true);
    expect(find('.bar button').getAttribute('aria-expanded')).toBe('true');
  });
});

describe('toasts and questions', () => {
  it('F6 goes to a toast and back; it waits meanwhile', async () => {
    await openDesk();
    await userEvent.click(page.getByRole('button', { name: 'Pause Shop' }));
    await expect.poll(() => textOf(find('desk-toasts [role=status]'))).toContain('Shop is paused.');
    const before = document.activeElement;

    await userEvent.keyboard('{F6}');
    expect(find('desk-toasts').contains(document.activeElement)).toBe(true);
    await userEvent.keyboard('{F6}');

    expect(document.activeElement).toBe(before);
  });

  it('a question has its safe button focused, Escape is no, and the word must be typed', async () => {
    await openDesk();
    const question = find('desk-question') as unknown as {
      ask(question: Record<string, string>): Promise<boolean>;
    };
    const words = {
      title: 'Delete the site shop?',
      text: 'Pictures live to their end.',
      yes: 'Delete shop',
      no: 'Keep it',
    };
    const first = question.ask(words);
    await expect.poll(() => document.activeElement?.textContent?.trim()).toBe('Keep it');
    await userEvent.keyboard('{Escape}');
    expect(await first).toBe(false);

    const second = question.ask({ ...words, typed: 'shop' });
    await settled();
    await userEvent.click(page.getByRole('button', { name: 'Delete shop' }));
    await expect.poll(() => textOf(find('#question-problem'))).toBe('This is not “shop”.');
    await userEvent.type(find('#question-word'), 'shop{Enter}');

    expect(await second).toBe(true);
  });
});

describe('freshness', () => {
  it('asks with the ETag, and says when there is no news', async () => {
    let isSilent = false;
    const { asked } = await openDesk('', {
      'GET /overview': () =>
        isSilent ? Promise.reject(new TypeError('gone')) : Response.json(OVERVIEW, { headers: { ETag: '"one"' } }),
    });
    isSilent = true;
    await userEvent.click(page.getByRole('button', { name: 'Pause Shop' }));
    await expect.poll(() => asked.filter(({ call }) => call === 'GET /overview').length).toBe(2);
    expect(asked.findLast(({ call }) => call === 'GET /overview')?.headers.get('If-None-Match')).toBe('"one"');
    expect(document.querySelector('.no-news')).toBe(null);
    vi.setSystemTime(NOW + 16_000);

    await expect
      .poll(() => document.querySelector('.no-news')?.textContent?.trim())
      .toBe('No news since 17:48 UTC. Figures below are of then.');
    expect(textOf(find('.switch .state'))).toBe('State not known');
    expect(title()).toBe('Every cap holds. Three things need a look.');
  });
});
