import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { PeelEvent } from '../../widget/events.ts';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  begin,
  click,
  create,
  draw,
  eventOf,
  FACTS,
  type FakeWorker,
  fakeWorker,
  find,
  focused,
  inside,
  mount,
  orders,
  pictureChunk,
  press,
  resultOf,
  send,
  streamOf,
  textOf,
  thoughtChunk,
  tidyUp,
  twoFrames,
  WIDE,
  write,
} from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(tidyUp);

it('makes a picture of words', async () => {
  const studio = await mount(worker);
  const events = record(studio);

  const { results } = await resultOf(studio, async () => {
    await userEvent.fill(page.getByRole('textbox', { name: 'Describe your picture' }), 'a fox');
    await page.getByRole('button', { name: 'Make picture' }).click();
  });

  expect(results[0]).toMatchObject({ width: 48, height: 27, cached: false, order: { prompt: 'a fox' } });
  expect(studio.results).toEqual(results);
  expect(inside(studio, '[part~=image]').getAttribute('alt')).toBe('Picture made with AI: a fox');
  expect(textOf(studio, '[part=caption]')).toMatch(/^a fox Wide · made in \d+\ss · Details$/);
  expect(events).toEqual([
    'peel-statechange idle>generating',
    'peel-generate',
    'peel-statechange generating>previewing',
    'peel-preview',
    'peel-statechange previewing>done',
    'peel-result',
  ]);
});

it('is in exactly one state at a time, told to CSS too', async () => {
  const studio = await mount(worker);
  const seen = async () => {
    await studio.updateComplete;
    return ['idle', 'generating', 'previewing', 'done'].filter((state) => studio.matches(`:state(${state})`));
  };
  expect(await seen()).toEqual(['idle']);
  expect(studio.matches(':state(blank)')).toBe(true);

  const stream = await begin(worker, studio);
  expect(await seen()).toEqual(['generating']);
  const preview = eventOf(studio, 'peel-preview');
  stream.push(thoughtChunk('Hm.'));
  await preview;
  expect(await seen()).toEqual(['previewing']);
  await resultOf(studio, async () => {
    stream.push(pictureChunk());
    stream.end();
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

it('calls its site at once where the page asks for that', async () => {
  const space = document.createElement('div');
  space.style.height = '300vh';
  const studio = create(worker, { loading: 'eager' });
  const ready = eventOf(studio, 'peel-ready');

  document.body.append(space, studio);

  expect((await ready).capabilities).toEqual(FACTS);
});

it('asks for no ticket before the visitor acts', async () => {
  const studio = await mount(worker);

  await write(studio, 'a fox');

  expect(worker.askedFor('/peel/session')).toEqual([]);
});

it('waits for the site where the visitor is faster, and shows the wait at once', async () => {
  const answer = Promise.withResolvers<Response>();
  worker.site = () => answer.promise;
  const studio = create(worker);
  document.body.append(studio);
  await studio.updateComplete;

  await send(studio, 'a fox');
  expect(studio.state).toBe('generating');
  expect(find(studio, '[part~=placeholder]')).not.toBeNull();
  await resultOf(studio, async () => answer.resolve(Response.json(FACTS)));

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
  const asked = new Promise<PeelEvent<'peel-generate'>>((resolve) => {
    studio.addEventListener('peel-generate', (event) => {
      event.preventDefault();
      resolve(event);
    });
  });

  await send(studio, 'a fox');

  expect((await asked).request).toMatchObject({
    model: 'gemini-nano-banana-2.1',
    body: { contents: [{ parts: [{ text: 'a fox' }] }] },
  });
  await vi.waitFor(() => expect(studio.state).toBe('idle'));
  expect(worker.askedFor('/peel/session')).toEqual([]);
});

it('lets the page change the request', async () => {
  const studio = await mount(worker, {
    beforeSend: (request) => ({ ...request, variant: 'of-the-shop' }),
  });

  await draw(studio, 'a fox');

  expect(orders(worker)[0]?.headers.get('Peel-Variant')).toBe('of-the-shop');
});

it('asks for words first, once, where they belong', async () => {
  const studio = await mount(worker);

  await press(studio, '.primary');
  await studio.updateComplete;

  expect(inside(studio, '[part~=prompt]').getAttribute('aria-invalid')).toBe('true');
  expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
  expect(textOf(studio, '[part=hint]')).toBe('Describe a picture first.');
  expect(textOf(studio, '[role=alert]')).toBe('Describe a picture first.');
  expect(studio.matches(':state(user-invalid)')).toBe(true);
  await write(studio, 'a');
  expect(inside(studio, '[part~=prompt]').getAttribute('aria-invalid')).toBe('false');
});

it('shows what is missing also once the engine is there, and after a refusal', async () => {
  const studio = await mount(worker);
  studio.focus();
  await vi.waitFor(() => expect(studio.shadowRoot?.adoptedStyleSheets.length).toBeGreaterThan(5));
  worker.generate = () => streamOf([{ candidates: [{ finishReason: 'IMAGE_SAFETY' }] }]);
  const refused = eventOf(studio, 'peel-refused');
  await send(studio, 'a fox');
  await refused;
  await write(studio, '  ');

  await press(studio, '.primary');
  await studio.updateComplete;

  expect(textOf(studio, '[part=hint]')).toBe('Describe a picture first.');
  expect(inside(studio, '[part~=prompt]').getAttribute('aria-invalid')).toBe('true');
});

it('keeps a pasted text that is too long whole, and says by how much', async () => {
  const studio = await mount(worker, { maxlength: 4000 });
  inside<HTMLTextAreaElement>(studio, '[part~=prompt]').focus();

  document.execCommand('insertText', false, 'a'.repeat(20_000));
  await studio.updateComplete;

  expect(studio.value).toHaveLength(20_000);
  expect(textOf(studio, '[part=hint]')).toBe('Please use at most 4,000 characters.');
  expect(textOf(studio, '[part=count]')).toBe('-16,000 characters left');
  expect(studio.validity.tooLong).toBe(true);
  await press(studio, '.primary');
  expect(worker.askedFor(':streamGenerateContent')).toEqual([]);
  await write(studio, 'a fox');
  expect(studio.validity.valid).toBe(true);
});

it.each([
  { width: 280, isSeen: false },
  { width: 330, isSeen: true },
])('has the words of the button for own pictures where they fit: $width', async ({ width, isSeen }) => {
  const studio = await mount(worker, {}, width);
  const button = inside(studio, '.add').getBoundingClientRect();

  expect(inside(studio, '.add span').getBoundingClientRect().top < button.bottom).toBe(isSeen);
  expect(inside(studio, '.primary').getBoundingClientRect().right).toBeGreaterThan(button.right);
});

it('counts characters only near the limit', async () => {
  const studio = await mount(worker, { maxlength: 20 });

  await write(studio, 'fifteen letters');
  expect(textOf(studio, '[part=count]')).toBe('');
  await write(studio, 'eighteen letters !');
  expect(textOf(studio, '[part=count]')).toBe('2 characters left');
});

it('says how many pictures are left today, and one less after one was made', async () => {
  const studio = await mount(worker);
  worker.session = () =>
    Response.json({
      token: 'ticket',
      expiresAt: new Date(Date.now() + 600_000).toISOString(),
      remaining: { session: 20, day: 17 },
    });
  expect(textOf(studio, '.foot')).toContain('20 of 20 left today');

  await draw(studio);

  expect(textOf(studio, '.foot')).toContain('16 of 20 left today');
  expect(studio.quota).toEqual({ left: 16, perDay: 20 });
});

it('cancels in the same place, says what becomes of the picture, and goes back to the words', async () => {
  const studio = await mount(worker, {}, WIDE);
  const box = inside(studio, '.primary').getBoundingClientRect();
  await begin(worker, studio);
  const button = inside(studio, '[part=cancel]');
  const now = button.getBoundingClientRect();
  expect([now.right, now.top, now.height]).toEqual([box.right, box.top, box.height]);
  expect(textOf(studio, '[part=cancel]')).toBe('Cancel');
  const cancelled = eventOf(studio, 'peel-cancel');

  await click(studio, '[part=cancel]');

  expect((await cancelled).charged).toBe('maybe');
  await studio.updateComplete;
  expect(focused(studio)).toBe(inside(studio, '[part~=prompt]'));
  expect(textOf(studio, '[part=hint]')).toContain('it is kept');
  expect(studio.state).toBe('idle');
  expect(orders(worker)[0]?.signal?.aborted).toBe(true);
});

it('takes the second click of a double click for the first', async () => {
  const studio = await mount(worker);
  worker.generate = () => new Promise(() => undefined);
  await write(studio, 'a fox');

  await page.elementLocator(inside(studio, '.primary')).dblClick();

  expect(studio.state).toBe('generating');
});

it('asks again at another endpoint or for another site, and keeps the picture', async () => {
  const studio = await mount(worker);
  await draw(studio);
  const ready = eventOf(studio, 'peel-ready');

  studio.site = 'second';
  await ready;

  expect(worker.askedFor('/peel/site').map(({ path }) => path)).toEqual([
    '/peel/site?site=default',
    '/peel/site?site=second',
  ]);
  expect(studio.results).toHaveLength(1);
});

it('begins anew', async () => {
  const studio = await mount(worker);
  await draw(studio);

  await studio.reset({ keepPrompt: true });
  expect(studio).toMatchObject({ state: 'idle', results: [], value: 'a fox' });
  await studio.reset();
  expect(studio.value).toBe('');
});

it('keeps two elements of one page apart', async () => {
  const [one, other] = [await mount(worker), await mount(worker)];

  await draw(one, 'a fox');
  await draw(other, 'a cat');

  expect([one, other].map(({ results }) => results[0]?.order.prompt)).toEqual(['a fox', 'a cat']);
});

function record(studio: PeelStudio): string[] {
  const seen: string[] = [];
  const types = ['peel-generate', 'peel-preview', 'peel-result', 'peel-refused', 'peel-error', 'peel-cancel'] as const;
  for (const type of types) studio.addEventListener(type, () => void seen.push(type));
  studio.addEventListener('peel-statechange', ({ from, to }) => void seen.push(`peel-statechange ${from}>${to}`));
  return seen;
}
