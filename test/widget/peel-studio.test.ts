import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { PeelGenerateEvent } from '../../widget/events.ts';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  create,
  eventOf,
  FACTS,
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

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

const prompt = page.getByRole('textbox');
const generate = page.getByRole('button', { name: 'Generate' });
const cancel = page.getByRole('button', { name: 'Cancel' });

it('turns a prompt into a picture', async () => {
  const studio = await mount(worker);
  const events = record(studio);

  const { results } = await draw(studio, 'a fox');
  await studio.updateComplete;

  expect(results[0]).toMatchObject({ width: 48, height: 27, cached: false, order: { prompt: 'a fox' } });
  expect(studio.results).toEqual(results);
  expect(inside(studio, 'img').getAttribute('alt')).toBe('Generated image: a fox');
  expect(textOf(studio, '[part=caption]')).toMatch(/^48 × 27 \(1K\) · Nano Banana 2\.1 · \d+ s$/);
  expect(textOf(studio, '[role=status]')).toBe('Image ready. 48 by 27 pixels.');
  expect(events).toEqual([
    'peel-generate',
    'peel-statechange idle>generating',
    'peel-statechange generating>previewing',
    'peel-preview',
    'peel-statechange previewing>done',
    'peel-result',
  ]);
});

it('is in exactly one state at a time, told to CSS too', async () => {
  const studio = await mount(worker);
  const stream = hold();
  const seen = async () => {
    await studio.updateComplete;
    return ['idle', 'generating', 'previewing', 'done'].filter((state) => studio.matches(`:state(${state})`));
  };
  expect(await seen()).toEqual(['idle']);
  expect(studio.matches(':state(blank)')).toBe(true);

  await start('a fox');
  expect(await seen()).toEqual(['generating']);
  const preview = eventOf(studio, 'peel-preview');
  (await stream).push(thoughtChunk('Hm.'));
  await preview;
  expect(await seen()).toEqual(['previewing']);
  await resultOf(studio, async () => {
    (await stream).push(pictureChunk());
    (await stream).end();
  });
  expect(await seen()).toEqual(['done']);
  expect(studio.matches(':state(has-result)')).toBe(true);
});

it('calls no host before it is seen', async () => {
  const space = document.createElement('div');
  space.style.height = '300vh';
  const studio = create(worker);
  document.body.append(space, studio);
  await studio.updateComplete;
  await twoFrames();
  expect(worker.asked).toEqual([]);

  const ready = eventOf(studio, 'peel-ready');
  studio.scrollIntoView();

  expect((await ready).capabilities).toEqual(FACTS);
  expect(worker.asked.map(({ path }) => path)).toEqual(['/peel/site?site=default']);
});

it('asks for no ticket before the visitor acts', async () => {
  await mount(worker);

  await prompt.fill('a fox');

  expect(worker.askedFor('/peel/session')).toEqual([]);
});

it('waits for the site where the visitor is faster', async () => {
  let answer: ((response: Response) => void) | undefined;
  worker.site = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const studio = create(worker);
  document.body.append(studio);
  await start('a fox');
  expect(studio.state).toBe('generating');

  await vi.waitFor(() => expect(answer).toBeDefined());
  await resultOf(studio, async () => answer?.(Response.json(FACTS)));

  expect(worker.askedFor('/peel/site')).toHaveLength(1);
});

it('needs a visitor: a page cannot spend by itself', async () => {
  const studio = await mount(worker, { value: 'a fox' });
  vi.spyOn(navigator.userActivation, 'isActive', 'get').mockReturnValue(false);

  await expect(studio.generate()).rejects.toMatchObject({ code: 'NOT_ACTIVATED' });
  inside(studio, '.primary').click();
  await studio.updateComplete;

  expect(worker.askedFor('/peel/session')).toEqual([]);
  expect(studio.state).toBe('idle');
});

it('lets the page take over before anything is sent', async () => {
  const studio = await mount(worker);
  let request: PeelGenerateEvent['request'] | undefined;
  studio.addEventListener('peel-generate', (event) => {
    event.preventDefault();
    request = event.request;
  });

  await start('a fox');

  expect(request).toMatchObject({
    model: 'gemini-nano-banana-2.1',
    body: { contents: [{ parts: [{ text: 'a fox' }] }] },
  });
  expect(studio.state).toBe('idle');
  expect(worker.askedFor('/peel/session')).toEqual([]);
});

it('asks for a prompt first, once, where it stands', async () => {
  const studio = await mount(worker);

  await generate.click();

  expect(inside(studio, 'textarea').getAttribute('aria-invalid')).toBe('true');
  expect(textOf(studio, '#hint')).toBe('Describe a picture first.');
  expect(textOf(studio, '[role=alert]')).toBe('Describe a picture first.');
  expect(studio.matches(':state(user-invalid)')).toBe(true);
  await prompt.fill('a');
  expect(inside(studio, 'textarea').getAttribute('aria-invalid')).toBe('false');
});

it('counts characters only near the limit', async () => {
  const studio = await mount(worker, { maxlength: 20 });

  await prompt.fill('seventeen letters');
  expect(textOf(studio, '#count')).toBe('');
  await prompt.fill('eighteen letters !');
  expect(textOf(studio, '#count')).toBe('2 characters left');
});

it('cancels in the same place, says what becomes of the picture, and goes back to the prompt', async () => {
  const studio = await mount(worker);
  const stream = hold();
  const box = inside(studio, '.primary').getBoundingClientRect();
  await start('a fox');
  await stream;
  await expect.element(cancel).toBeVisible();
  expect(inside(studio, '.primary').getBoundingClientRect()).toEqual(box);
  const cancelled = eventOf(studio, 'peel-cancel');

  await cancel.click();

  expect((await cancelled).charged).toBe('maybe');
  expect(studio.shadowRoot?.activeElement).toBe(inside(studio, 'textarea'));
  expect(textOf(studio, '[part=notice]')).toContain('it will be kept: ask again to collect it');
  expect(studio.state).toBe('idle');
  expect(worker.askedFor(':streamGenerateContent')[0]?.signal?.aborted).toBe(true);
});

it('takes the second click of a double click for Generate', async () => {
  const studio = await mount(worker);
  hold();
  await prompt.fill('a fox');

  await generate.dblClick();

  expect(studio.state).toBe('generating');
});

it('stops where the element leaves the page, and not where it is moved', async () => {
  const studio = await mount(worker);
  const stream = hold();
  await start('a fox');
  await stream;
  const signal = worker.askedFor(':streamGenerateContent')[0]?.signal;

  document.body.prepend(studio);
  await twoFrames();
  expect(signal?.aborted).toBe(false);
  expect(studio.state).toBe('generating');
  studio.remove();
  await twoFrames();

  expect(signal?.aborted).toBe(true);
  expect(studio.state).toBe('idle');
});

it('asks again at another endpoint, and keeps the picture', async () => {
  const studio = await mount(worker);
  await draw(studio, 'a fox');
  const ready = eventOf(studio, 'peel-ready');

  studio.site = 'second';
  await ready;

  expect(worker.askedFor('/peel/site').map(({ path }) => path)).toEqual([
    '/peel/site?site=default',
    '/peel/site?site=second',
  ]);
  expect(studio.results).toHaveLength(1);
});

it('names the reason where the site cannot be had, and tries again', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  worker.site = () => failure(403, 'ORIGIN_DENIED');
  const studio = create(worker);
  document.body.append(studio);
  expect(await eventOf(studio, 'peel-error')).toMatchObject({ code: 'ORIGIN_DENIED', charged: 'no' });
  await studio.updateComplete;
  expect(textOf(studio, '[part=notice] .title')).toBe('This page is not set up yet');

  worker.site = () => Response.json(FACTS);
  const { results } = await draw(studio, 'a fox');

  expect(results).toHaveLength(1);
});

async function start(text: string) {
  await prompt.fill(text);
  await generate.click();
}

/** The `peel-result` event of the picture that `act` leads to. */
async function resultOf(studio: PeelStudio, act: () => Promise<void>) {
  const result = eventOf(studio, 'peel-result');
  await act();
  return result;
}

const draw = (studio: PeelStudio, text: string) => resultOf(studio, () => start(text));

/** Holds the next answer open. */
async function hold(act: () => Promise<void> = async () => undefined) {
  const opened = new Promise<ReturnType<typeof openStream>>((resolve) => {
    worker.generate = (asked) => {
      const stream = openStream(asked);
      resolve(stream);
      return stream.response;
    };
  });
  await act();
  return opened;
}

function record(studio: PeelStudio): string[] {
  const seen: string[] = [];
  for (const type of ['peel-generate', 'peel-preview', 'peel-result', 'peel-refused', 'peel-error', 'peel-cancel']) {
    studio.addEventListener(type, () => seen.push(type));
  }
  studio.addEventListener('peel-statechange', ({ from, to }) => seen.push(`peel-statechange ${from}>${to}`));
  return seen;
}

const twoFrames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
