/** What those hear who do not see the element: each thing once, and nothing each second. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  begin,
  create,
  draw,
  type FakeWorker,
  failure,
  fakeWorker,
  find,
  inside,
  mount,
  pictureChunk,
  press,
  resultOf,
  STOP,
  send,
  streamOf,
  textChunk,
  textOf,
  thoughtChunk,
  tidyUp,
} from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(tidyUp);

it('has both live regions, empty, from the first render on, and keeps them', async () => {
  const studio = create(worker);
  document.body.append(studio);
  await studio.updateComplete;
  const regions = ['[role=status]', '[role=alert]'].map((selector) => inside(studio, selector));
  expect(regions.map(({ textContent }) => textContent?.trim())).toEqual(['', '']);

  await draw(studio);

  expect(['[role=status]', '[role=alert]'].map((selector) => inside(studio, selector))).toEqual(regions);
});

it('says nothing before anything happens', async () => {
  const studio = create(worker);
  document.body.append(studio);
  await studio.updateComplete;
  const spoken = listen(studio);

  await vi.waitFor(() => expect(studio.capabilities).toBeDefined());
  studio.focus();
  await studio.updateComplete;

  expect(spoken).toEqual([]);
});

it('says that it begins, with how long it takes, and that the picture is ready', async () => {
  const studio = await mount(worker);
  const spoken = listen(studio);

  await draw(studio);

  expect(spoken).toEqual([
    'polite: Making your picture, about 12 seconds.',
    'polite: Your picture is ready. 48 by 27.',
  ]);
});

it('says that it works on each 15 seconds, an overrun once, and no seconds and no thoughts', async () => {
  const studio = await mount(worker);
  const { push } = await begin(worker, studio);
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  studio.remove();
  document.body.append(studio);
  const spoken = listen(studio);

  for (let seconds = 0; seconds < 50; seconds += 10) {
    push(thoughtChunk(`**Thought ${seconds}**`));
    await vi.advanceTimersByTimeAsync(10_000);
    await studio.updateComplete;
  }

  expect(spoken).toEqual([
    'polite: Still working.',
    'polite: taking longer than usual',
    'polite: Still working.',
    'polite: Still working.',
  ]);
});

it('interrupts for a refusal, once, with what to do', async () => {
  const studio = await mount(worker);
  worker.generate = () => streamOf([{ promptFeedback: { blockReason: 'SAFETY' } }]);
  const spoken = listen(studio);

  await send(studio, 'a fox');
  await appear(studio, '[part=notice]');
  await studio.updateComplete;

  expect(spoken).toEqual([
    'polite: Making your picture, about 12 seconds.',
    'urgent: That one can’t be drawn. The picture service did not accept these words. Leave out real people, brands ' +
      'and violence, and say it in another way.',
  ]);
});

it.each([
  { name: 'the page is not listed', attributes: {}, site: () => failure(403, 'ORIGIN_DENIED') },
  { name: 'the site has another name', attributes: { site: 'shopp' }, site: () => failure(404, 'SITE_UNKNOWN') },
  { name: 'the worker is not Peel', attributes: {}, site: () => new Response('<h1>Hello</h1>', { status: 404 }) },
])('says what the page shows, once, where only the owner can help: $name', async ({ attributes, site }) => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  worker.site = site;
  const studio = create(worker, attributes);
  document.body.append(studio);
  await studio.updateComplete;
  const spoken = listen(studio);
  const notices: string[] = [];
  new MutationObserver(() => {
    if (find(studio, '.note')) notices.push(textOf(studio, '.note'));
  }).observe(studio.shadowRoot as ShadowRoot, { childList: true, subtree: true });

  await appear(studio, '.owner');
  await studio.updateComplete;

  expect(spoken).toEqual([
    'urgent: Pictures can’t be made on this page yet. Something is still being set up. Please come back a little later.',
  ]);
  expect(notices).toEqual([]);
});

it('tells a page once what went wrong, though a press waits for the facts', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  worker.site = () => failure(403, 'ORIGIN_DENIED');
  const studio = create(worker, { value: 'a fox' });
  document.body.append(studio);
  await appear(studio, '.owner');
  const spoken = listen(studio);
  const errors: string[] = [];
  studio.addEventListener('peel-error', ({ code }) => errors.push(code));

  await studio.generate().catch(() => undefined);
  await vi.waitFor(() => expect(spoken).toContainEqual(expect.stringMatching(/^urgent: Pictures can/)));

  expect(errors).toEqual(['ORIGIN_DENIED']);
});

it('says the note, and names the endpoint in the console, where nothing answers', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  worker.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  const studio = create(worker, { endpoint: 'https://mistyped.example' });
  document.body.append(studio);
  await studio.updateComplete;
  const spoken = listen(studio);

  await appear(studio, '.note');
  await studio.updateComplete;

  expect(error.mock.calls).toEqual([['<peel-studio> https://mistyped.example does not answer.']]);
  expect(spoken).toEqual([expect.stringMatching(/^urgent: /)]);
});

it('says when a press can do nothing, and until when', async () => {
  const studio = await mount(worker);
  worker.generate = () => failure(429, 'VISITOR_MINUTE', '42s');
  await send(studio, 'a fox');
  await appear(studio, '[part=notice]');
  const spoken = listen(studio);

  await press(studio, '.primary');

  await vi.waitFor(() => expect(spoken).toEqual([expect.stringMatching(/^polite: Ready in 4[12] seconds\.$/)]));
});

it('says what was saved, copied and chosen, in the place too where it was pressed', async () => {
  const studio = await mount(worker, { useLabel: 'Put it on my cup' });
  await draw(studio);
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
  vi.spyOn(navigator.clipboard, 'write').mockResolvedValue();
  const spoken = listen(studio);

  await studio.download();
  await studio.updateComplete;
  expect(textOf(studio, '.download')).toBe('Saved');
  await studio.copy();
  await press(studio, '.use');
  expect(textOf(studio, '.use')).toBe('Chosen');

  expect(spoken).toEqual(['polite: Saved', 'polite: Copied', 'polite: Chosen']);
});

it('names the version that is shown', async () => {
  const studio = await mount(worker);
  await draw(studio);
  await draw(studio, 'at night');
  const spoken = listen(studio);

  await studio.undo();
  await studio.updateComplete;

  expect(spoken).toEqual(['polite: Version 1 of 2: a fox']);
});

it('forgets what it has said, so that a reader who walks the page does not find it', async () => {
  const studio = await mount(worker);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await press(studio, '.primary');
  expect(textOf(studio, '[role=alert]')).not.toBe('');

  await vi.advanceTimersByTimeAsync(10_000);
  await studio.updateComplete;

  expect(textOf(studio, '[role=alert]')).toBe('');
});

describe('the alternative text', () => {
  const alt = (studio: PeelStudio) => inside(studio, '[part~=image]').getAttribute('alt');

  it('is the visitor’s words', async () => {
    const studio = await mount(worker);
    await draw(studio, 'a fox in the snow');

    expect(alt(studio)).toBe('Picture made with AI: a fox in the snow');
  });

  it('is all the words that led to it, and never the model’s chatter', async () => {
    const studio = await mount(worker);
    worker.generate = () =>
      streamOf([pictureChunk(), textChunk('Of course! Here it is:\n\nI have drawn a fox. Do you like it?'), STOP]);

    await draw(studio, 'a fox');
    await draw(studio, 'at night');

    expect(alt(studio)).toBe('Picture made with AI: a fox · at night');
  });

  it('is what the visitor writes', async () => {
    const studio = await mount(worker);
    await draw(studio);
    await press(studio, '[part=caption] .link');
    const field = (await appear(studio, '.details textarea')) as HTMLTextAreaElement;

    field.value = 'My dog';
    field.dispatchEvent(new Event('change', { bubbles: true }));
    await studio.updateComplete;

    expect(alt(studio)).toBe('My dog');
    expect(studio.results[0]?.alt).toBe('My dog');
  });
});

it('is busy while it works, with a progress bar that claims no figure', async () => {
  const studio = await mount(worker);
  const { push, end } = await begin(worker, studio);
  const bar = inside(studio, '[role=progressbar]');

  expect(inside(studio, '[part~=stage]').ariaBusy).toBe('true');
  expect(bar.hasAttribute('aria-valuenow')).toBe(false);
  expect(bar.ariaLabel).toBe('Making your picture.');
  await resultOf(studio, async () => {
    push(pictureChunk());
    push(STOP);
    end();
  });
  expect(inside(studio, '[part~=stage]').ariaBusy).toBe('false');
});

/** Collects the texts of the live regions, in order. */
function listen(studio: PeelStudio): string[] {
  const spoken: string[] = [];
  for (const [region, name] of [
    ['[role=status]', 'polite'],
    ['[role=alert]', 'urgent'],
  ] as const) {
    new MutationObserver(() => {
      const text = textOf(studio, region);
      if (text !== '') spoken.push(`${name}: ${text}`);
    }).observe(inside(studio, region), { childList: true, characterData: true, subtree: true });
  }
  return spoken;
}
