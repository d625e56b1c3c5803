import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  eventOf,
  type FakeWorker,
  failure,
  fakeWorker,
  inside,
  mount,
  openStream,
  pictureChunk,
  textOf,
  thoughtChunk,
} from './support.ts';

const NOON = Date.parse('2026-11-23T12:00:00');

let worker: FakeWorker;
let studio: PeelStudio;

beforeEach(async () => {
  // Only the test moves the clock.
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'], now: NOON });
  worker = fakeWorker();
  studio = await mount(worker);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

it('counts a limit down, and opens again without sending', async () => {
  worker.generate = () => failure(429, 'VISITOR_MINUTE', '42s');
  const limited = eventOf(studio, 'peel-limited');
  await start('a fox');

  const { retryAt, scope } = await limited;
  expect(scope).toBe('visitor');
  expectAfterNoon(retryAt, 42);
  expect(await countdown()).toBe('Ready again in 42 s');
  expect(inside(studio, '.primary').getAttribute('aria-disabled')).toBe('true');
  await vi.advanceTimersByTimeAsync(2000);
  expect(await countdown()).toMatch(/^Ready again in (39|40|41) s$/);
  await vi.advanceTimersByTimeAsync(41_000);
  await studio.updateComplete;

  expect(studio.state).toBe('idle');
  expect(inside(studio, '.primary').getAttribute('aria-disabled')).toBe('false');
  expect(textOf(studio, '[role=status]')).toBe('You can generate again.');
  expect(worker.askedFor(':streamGenerateContent')).toHaveLength(1);
});

it.each([
  { reason: 'BUSY', code: 503, scope: 'site' },
  { reason: 'VISITOR_ATTEMPTS', code: 429, scope: 'visitor' },
])('counts $reason down too, free of charge', async ({ reason, code, scope }) => {
  worker.generate = () => failure(code, reason, '5s');
  const limited = eventOf(studio, 'peel-limited');
  await start('a fox');

  expect((await limited).scope).toBe(scope);
  expect(await countdown()).toBe('Ready again in 5 s');
  expect(textOf(studio, '[part=notice]')).toContain('Nothing was charged.');
  await vi.advanceTimersByTimeAsync(6000);

  expect(studio.state).toBe('idle');
});

it('speaks at the beginning and the end of a limit, and never each second', async () => {
  const spoken = listen();
  worker.generate = () => failure(429, 'BURST', '9s');

  await start('a fox');
  await vi.advanceTimersByTimeAsync(10_000);
  await studio.updateComplete;

  expect(spoken).toEqual([
    expect.stringContaining('Generating'),
    expect.stringContaining('One moment. There were many requests at once. Nothing was charged.'),
    'You can generate again.',
  ]);
});

it('holds back another take too while a limit lasts', async () => {
  const result = eventOf(studio, 'peel-result');
  await start('a fox');
  await result;
  worker.generate = () => failure(429, 'BURST', '9s');
  await start('a cat');
  await vi.waitFor(() => expect(studio.state).toBe('limited'));

  const take = page.getByRole('button', { name: 'Another take' });
  await expect.element(take).toHaveAttribute('aria-disabled', 'true');
  await take.click({ force: true });

  expect(worker.askedFor(':streamGenerateContent')).toHaveLength(2);
});

it('does nothing on Generate while a limit lasts', async () => {
  worker.generate = () => failure(429, 'BURST', '9s');
  await start('a fox');

  await page.getByRole('button', { name: 'Generate' }).click({ force: true });

  expect(worker.askedFor(':streamGenerateContent')).toHaveLength(1);
});

it.each([
  { reason: 'VISITOR_DAY', scope: 'visitor' },
  { reason: 'DAILY_BUDGET_SPENT', scope: 'site' },
] as const)('says when $reason opens again', async ({ reason, scope }) => {
  worker.generate = () => failure(429, reason, '18000s');
  const exhausted = eventOf(studio, 'peel-exhausted');
  await start('a fox');

  const event = await exhausted;
  expect(event.scope).toBe(scope);
  expectAfterNoon(event.resetsAt, 18_000);
  expect(await countdown()).toMatch(/^Opens again: 5:00\sPM\.$/);
});

it('lets a visitor try a smaller size where a budget is spent', async () => {
  worker.generate = () => failure(429, 'DAILY_BUDGET_SPENT', '18000s');
  await start('a fox');

  inside(studio, '.summary').click();
  await vi.waitFor(() => inside(studio, '#settings'));
  await page.getByRole('radio', { name: '2K' }).click({ force: true });

  expect(studio.state).toBe('idle');
  expect(studio.resolution).toBe('2K');
});

it('tells elapsed and expected time, and of an overrun once', async () => {
  const stream = hold();
  const spoken = listen();
  const phases: string[] = [];
  studio.addEventListener('peel-progress', ({ phase, elapsedMs }) => phases.push(`${phase} ${elapsedMs}`));
  await start('a fox');
  await stream;

  await vi.advanceTimersByTimeAsync(7000);
  await studio.updateComplete;
  expect(textOf(studio, '[part=elapsed]')).toBe('7 s, usually 10 to 15 s');
  expect(phases.at(-1)).toBe('drawing 7000');
  await vi.advanceTimersByTimeAsync(23_000);

  expect(spoken).toEqual(['Generating your picture. It takes usually 10 to 15 s.', 'This takes longer than usual.']);
});

it('says that it can be left after two minutes', async () => {
  const stream = hold();
  await start('a fox');
  const { push } = await stream;

  // Heartbeats keep the connection open.
  for (let seconds = 0; seconds < 121; seconds += 11) {
    push({});
    await vi.advanceTimersByTimeAsync(11_000);
  }
  await studio.updateComplete;

  expect(textOf(studio, '.bar')).toContain('You can leave: the picture will be kept.');
});

it('is offline where the browser is, and sends nothing when it is back', async () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  worker.generate = () => Promise.reject(new TypeError('Failed to fetch'));
  await start('a fox');
  await vi.waitFor(() => expect(studio.state).toBe('offline'));

  dispatchEvent(new Event('online'));
  await studio.updateComplete;

  expect(studio.state).toBe('idle');
  expect(textOf(studio, '[part=notice]')).toContain('You are online again.');
  expect(studio.value).toBe('a fox');
  expect(worker.askedFor(':streamGenerateContent')).toHaveLength(1);
});

it('tells of a lost connection that the picture is kept', async () => {
  const stream = hold();
  const error = eventOf(studio, 'peel-error');
  await start('a fox');
  (await stream).push(thoughtChunk('Hm.'));
  (await stream).break();

  expect(await error).toMatchObject({ code: 'CONNECTION_LOST', charged: 'maybe', retryable: true });
  await studio.updateComplete;
  expect(textOf(studio, '[part=notice]')).toContain('it is kept: try again to collect it');
});

it('keeps no timer when the picture is there', async () => {
  const stream = hold();
  const result = eventOf(studio, 'peel-result');
  await start('a fox');
  (await stream).push(pictureChunk());
  (await stream).end();
  await result;
  await vi.advanceTimersByTimeAsync(10_000);

  expect(vi.getTimerCount()).toBe(0);
});

/** The browser's click moves a faked clock by a few steps of 50 ms, and by more on a busy machine. */
function expectAfterNoon(date: Date | undefined, seconds: number): void {
  const found = ((date?.getTime() ?? 0) - NOON) / 1000;
  expect(found).toBeGreaterThanOrEqual(seconds);
  expect(found).toBeLessThan(seconds + 30);
}

/** Sends, and waits for the worker's first events. */
async function start(text: string) {
  const answer = worker.generate;
  const asked = new Promise<void>((resolve) => {
    worker.generate = (request) => {
      resolve();
      return answer(request);
    };
  });
  studio.value = text;
  await studio.updateComplete;
  await page.getByRole('button', { name: 'Generate' }).click();
  await asked;
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await studio.updateComplete;
}

async function countdown() {
  await studio.updateComplete;
  return textOf(studio, '.countdown');
}

function hold() {
  return new Promise<ReturnType<typeof openStream>>((resolve) => {
    worker.generate = (asked) => {
      const stream = openStream(asked);
      resolve(stream);
      return stream.response;
    };
  });
}

/** Collects the texts of the live regions, in order. */
function listen(): string[] {
  const spoken: string[] = [];
  for (const region of ['[role=status]', '[role=alert]']) {
    new MutationObserver(() => {
      const text = textOf(studio, region);
      if (text !== '') spoken.push(text);
    }).observe(inside(studio, region), { childList: true, characterData: true, subtree: true });
  }
  return spoken;
}
