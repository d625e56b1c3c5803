/** Pauses, budgets and long waits. Only the test moves the clock. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  begin,
  draw,
  eventOf,
  type FakeWorker,
  failure,
  fakeWorker,
  find,
  inside,
  mount,
  orders,
  pictureChunk,
  press,
  STOP,
  send,
  streamOf,
  textOf,
  thoughtChunk,
  tidyUp,
} from './support.ts';

const NOON = Date.parse('2026-11-23T12:00:00');

let worker: FakeWorker;
let studio: PeelStudio;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'], now: NOON });
  worker = fakeWorker();
  studio = await mount(worker);
  // The parts are there before a test measures time.
  await draw(studio, 'warm up');
  worker.generate = () => failure(429, 'BURST', '1s');
  await send(studio, 'warm up');
  await appear(studio, '[part=notice]');
  await studio.reset();
  worker.asked.length = 0;
});

afterEach(tidyUp);

/** Waits for the note of a limit without moving the clock. */
async function refuse(code: number, reason: string, delay?: string) {
  worker.generate = () => failure(code, reason, delay);
  await send(studio, 'a fox');
  for (let frames = 0; frames < 60 && !find(studio, '[part=notice]'); frames++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  await studio.updateComplete;
}

async function pass(ms: number) {
  await vi.advanceTimersByTimeAsync(ms);
  await studio.updateComplete;
}

it('counts a pause down on the button, and opens again without sending', async () => {
  const limited = eventOf(studio, 'peel-limited');
  await refuse(429, 'VISITOR_MINUTE', '42s');

  const { retryAt, scope } = await limited;
  expect(scope).toBe('visitor');
  expect(retryAt.getTime() - Date.now()).toBe(42_000);
  expect(textOf(studio, '.primary')).toBe('Ready in 0:42');
  expect(inside(studio, '.primary').ariaDisabled).toBe('true');
  expect(textOf(studio, '[part=notice]')).toContain('A short pause That was 3 pictures in a minute');
  await pass(2000);
  expect(textOf(studio, '.primary')).toBe('Ready in 0:40');
  await pass(41_000);

  expect(studio.state).toBe('idle');
  expect(inside(studio, '.primary').ariaDisabled).toBeNull();
  expect(find(studio, '[part=notice]')).toBeNull();
  expect(textOf(studio, '[role=status]')).toBe('You can go on.');
  expect(studio.value).toBe('a fox');
  expect(orders(worker)).toHaveLength(1);
});

it.each([
  { reason: 'BUSY', code: 503, scope: 'site' },
  { reason: 'VISITOR_ATTEMPTS', code: 429, scope: 'visitor' },
  { reason: 'UPSTREAM_QUOTA', code: 429, scope: 'model' },
])('counts $reason down too', async ({ reason, code, scope }) => {
  const limited = eventOf(studio, 'peel-limited');
  await refuse(code, reason, '5s');

  expect((await limited).scope).toBe(scope);
  expect(textOf(studio, '.primary')).toBe('Ready in 0:05');
  await pass(6000);

  expect(studio.state).toBe('idle');
});

it('sends nothing by button, key, chip or method while a pause lasts', async () => {
  worker.generate = () => streamOf([pictureChunk(), STOP]);
  await draw(studio);
  await refuse(429, 'BURST', '9s');
  const before = orders(worker).length;

  await press(studio, '.primary');
  inside(studio, '[part~=prompt]').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  for (const chip of studio.shadowRoot?.querySelectorAll<HTMLElement>('.quick .chip') ?? []) chip.click();
  await expect(studio.generate()).rejects.toMatchObject({ code: 'WAITING' });
  await expect(studio.edit('at night')).rejects.toMatchObject({ code: 'WAITING' });

  expect(orders(worker)).toHaveLength(before);
});

it('speaks at the beginning and the end of a pause, and never each second', async () => {
  const spoken = listen();

  await refuse(429, 'BURST', '9s');
  await pass(10_000);

  expect(spoken).toEqual([
    'Making your picture, about 12 seconds.',
    'A short pause. That was a lot at once. Your text stays here.',
    'You can go on.',
  ]);
});

it.each([
  { reason: 'VISITOR_DAY', scope: 'visitor', title: 'That was your last picture for now' },
  { reason: 'DAILY_BUDGET_SPENT', scope: 'site', title: 'Closed for today' },
] as const)('says when $reason opens again', async ({ reason, scope, title }) => {
  const exhausted = eventOf(studio, 'peel-exhausted');
  await refuse(429, reason, '18000s');

  const event = await exhausted;
  expect(event.scope).toBe(scope);
  expect((event.resetsAt?.getTime() ?? 0) - Date.now()).toBe(18_000_000);
  expect(textOf(studio, '.primary')).toMatch(/^Ready at 5:00\sPM$/);
  expect(textOf(studio, '[part=notice]')).toContain(title);
});

it('counts no more pictures of the day where money has ended it first', async () => {
  expect(textOf(studio, '.foot')).toMatch(/\d+ of 20 left today/);

  await refuse(429, 'VISITOR_BUDGET_SPENT', '18000s');

  expect(textOf(studio, '[part=notice]')).toContain('That was your last picture for now');
  expect(textOf(studio, '.foot')).not.toContain('left today');
});

it('gives the owner’s offer a place where the day is used up', async () => {
  const offer = Object.assign(document.createElement('a'), {
    slot: 'quota',
    textContent: 'Sign in for more',
    href: '#',
  });
  studio.append(offer);

  await refuse(429, 'VISITOR_DAY', '18000s');

  expect(offer.checkVisibility()).toBe(true);
  expect(offer.assignedSlot).not.toBeNull();
});

it('lets a visitor try a smaller size where a budget is nearly spent', async () => {
  studio.resolution = '2k';
  await studio.updateComplete;
  await refuse(429, 'DAILY_BUDGET_SPENT', '18000s');

  const links = [...(studio.shadowRoot?.querySelectorAll<HTMLElement>('.note-links .link') ?? [])];
  expect(links.map(({ textContent }) => textContent)).toEqual(['Make it smaller']);
  links[0]?.click();
  await studio.updateComplete;

  expect(studio.state).toBe('idle');
  expect(studio.resolution.toLowerCase()).toBe('1k');
  expect(orders(worker)).toHaveLength(1);
});

it('opens again where the visitor chooses something else that may fit', async () => {
  await refuse(429, 'DAILY_BUDGET_SPENT', '18000s');
  await press(studio, '[part~=settings-toggle]');
  const other = (await appear(studio, '#settings [part=ratio-option] input:not(:checked)')) as HTMLInputElement;

  other.click();
  await studio.updateComplete;

  expect(studio.state).toBe('idle');
});

it('tells elapsed and expected time, and what it works on', async () => {
  const phases: string[] = [];
  studio.addEventListener('peel-progress', ({ phase, elapsedMs, expectedMs }) => {
    phases.push(`${phase} ${elapsedMs} of ${expectedMs}`);
  });
  await begin(worker, studio);

  expect(studio.progress).toEqual({ phase: 'drawing', elapsedMs: 0, expectedMs: 12_000 });
  await pass(7000);

  expect(textOf(studio, '.wait')).toMatch(/^7\ss usually 10 to 15\ss$/);
  expect(phases.at(-1)).toBe('drawing 7000 of 12000');
  expect(studio.progress).toEqual({ phase: 'drawing', elapsedMs: 7000, expectedMs: 12_000 });
  await pass(12_000);
  expect(textOf(studio, '.wait')).toMatch(/^19\ss taking longer than usual$/);
});

it('claims no usual time that the site does not know', async () => {
  studio.model = 'gemini-2.5-flash-image';
  await studio.updateComplete;
  await begin(worker, studio);

  await pass(7000);

  expect(textOf(studio, '.wait')).toMatch(/^7\ss$/);
});

it('says that the page can be left after two minutes', async () => {
  const { push } = await begin(worker, studio);

  // Heartbeats keep the connection open.
  for (let seconds = 0; seconds < 121; seconds += 11) {
    push({});
    await pass(11_000);
  }

  expect(textOf(studio, '.wait')).toContain('You can leave this page. Your picture is kept here.');
});

it('lets a note that concerns no question go by itself', async () => {
  await begin(worker, studio);
  await press(studio, '[part=cancel]');
  expect(textOf(studio, '[part=hint]')).toContain('Stopped.');

  await pass(6000);

  expect(textOf(studio, '[part=hint]')).not.toContain('Stopped');
  expect(studio.state).toBe('idle');
});

it('keeps no timer when the picture is there', async () => {
  const { push, end } = await begin(worker, studio);
  const result = eventOf(studio, 'peel-result');
  push(thoughtChunk('Hm.'));
  push(pictureChunk());
  push(STOP);
  end();
  await result;
  await pass(20_000);

  expect(vi.getTimerCount()).toBe(0);
});

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
