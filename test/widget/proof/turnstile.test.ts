/** Cloudflare's check, with a fake in the page's own `turnstile`. How its script comes is in `test/e2e`. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { askTurnstile } from '../../../widget/proof/turnstile.ts';

type Name =
  | 'callback'
  | `${'error' | 'expired' | 'timeout' | 'unsupported'}-callback`
  | `${'before' | 'after'}-interactive-callback`;
type Options = Record<Name, (value?: unknown) => unknown> & { appearance: string; size: string };

let host: HTMLElement;
let rendered: { container: HTMLElement; options: Options }[];
let removed: string[];
const interactions: boolean[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  rendered = [];
  removed = [];
  interactions.length = 0;
  host = document.createElement('div');
  document.body.append(host);
  vi.stubGlobal('turnstile', {
    render(container: HTMLElement, options: Options) {
      rendered.push({ container, options });
      return `widget-${rendered.length}`;
    },
    remove: (widget: string) => removed.push(widget),
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

async function begin(signal = new AbortController().signal) {
  const token = askTurnstile(
    {
      ...{ siteKey: 'key', nonce: 'nonce', host, language: 'de', theme: 'dark' },
      onInteractive: (isInteractive) => void interactions.push(isInteractive),
    },
    signal,
  );
  // Failures are for the test that waits for them.
  token.catch(() => undefined);
  await Promise.resolve();
  await Promise.resolve();
  const { options, container } = rendered[0]!;
  return { token, options, container };
}

it('is for this nonce and no other action, in the page’s language and scheme, and unseen while it can be', async () => {
  const { token, options, container } = await begin();

  expect(options).toMatchObject({
    sitekey: 'key',
    action: 'peel-session',
    cData: 'nonce',
    language: 'de',
    theme: 'dark',
  });
  expect(options.appearance).toBe('interaction-only');
  expect([container.slot, container.parentElement]).toEqual(['challenge', host]);
  options.callback('token');

  expect(await token).toBe('token');
  expect([host.childElementCount, removed]).toEqual([0, ['widget-1']]);
});

it.each(['error-callback', 'expired-callback', 'timeout-callback', 'unsupported-callback'] as const)(
  'has no token after the %s',
  async (name) => {
    const { token, options } = await begin();

    options[name]('300010');

    expect(await token).toBeUndefined();
    expect([host.childElementCount, removed]).toEqual([0, ['widget-1']]);
  },
);

it.each([
  { width: 280, size: 'compact' },
  { width: 390, size: 'flexible' },
])('is $size in $width pixels', async ({ width, size }) => {
  host.style.width = `${width}px`;

  const { options } = await begin();

  expect(options.size).toBe(size);
});

it('handles its errors, so that Turnstile does not write them to the page’s console', async () => {
  const { options } = await begin();

  expect(options['error-callback']('300010')).toBe(true);
});

it('has no token after eight silent seconds', async () => {
  const { token } = await begin();

  await vi.advanceTimersByTimeAsync(8000);

  expect(await token).toBeUndefined();
});

it('gives a visitor who has something to do time for it', async () => {
  const { token, options } = await begin();
  options['before-interactive-callback']();
  await vi.advanceTimersByTimeAsync(60_000);
  options['after-interactive-callback']();
  await vi.advanceTimersByTimeAsync(7000);
  options.callback('token');

  expect(await token).toBe('token');
  expect(interactions).toEqual([true, false, false]);
});

it('leaves the page with the element', async () => {
  const abort = new AbortController();
  const { token } = await begin(abort.signal);

  abort.abort(new Error('Left the page.'));

  await expect(token).rejects.toThrow('Left the page.');
  expect([host.childElementCount, removed]).toEqual([0, ['widget-1']]);
});

it('has no token where Turnstile refuses its key', async () => {
  vi.stubGlobal('turnstile', {
    render() {
      throw new Error('Invalid sitekey.');
    },
  });

  const options = { siteKey: '?', nonce: 'nonce', host, language: 'en', theme: 'light' as const };

  expect(await askTurnstile({ ...options, onInteractive: () => undefined }, new AbortController().signal)).toBe(
    undefined,
  );
  expect(host.childElementCount).toBe(0);
});
