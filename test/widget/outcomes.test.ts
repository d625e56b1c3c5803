/** What a visitor reads when there is no picture, and what the page is told. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  begin,
  draw,
  eventOf,
  FACTS,
  type FakeWorker,
  failure,
  fakeWorker,
  find,
  inside,
  mount,
  orders,
  PICTURE_URL,
  PICTURE_USAGE,
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
  twoFrames,
  USAGE,
  write,
} from './support.ts';

let worker: FakeWorker;
let studio: PeelStudio;

beforeEach(async () => {
  worker = fakeWorker();
  studio = await mount(worker);
});

afterEach(tidyUp);

const note = async () => {
  await appear(studio, '[part=notice]');
  return textOf(studio, '[part=notice]');
};

describe('a refusal', () => {
  it('counts as a try at once', async () => {
    await draw(studio);
    const before = studio.quota?.left ?? 0;
    worker.generate = () => streamOf([{ candidates: [{ finishReason: 'IMAGE_SAFETY' }], usageMetadata: USAGE }]);
    const refused = eventOf(studio, 'peel-refused');

    await send(studio, 'something else');
    await refused;
    await studio.updateComplete;

    expect(studio.quota?.left).toBe(before - 1);
    expect(textOf(studio, '[part=hint]')).toBe(`${before - 1} of 20 left today`);
  });

  it('keeps the words and the picture before, and says whose turn it is', async () => {
    await draw(studio);
    worker.generate = () =>
      streamOf([
        textChunk('I cannot <b>draw</b> that.'),
        { candidates: [{ finishReason: 'IMAGE_SAFETY' }], usageMetadata: USAGE },
      ]);
    const refused = eventOf(studio, 'peel-refused');

    await send(studio, 'something else');

    expect(await refused).toMatchObject({ stage: 'output', reason: 'picture-blocked', charged: 'no' });
    expect(await note()).toBe(
      'The picture was held back It was drawn, but may not be shown. Describe the scene a little differently. ' +
        'It answered: I cannot <b>draw</b> that. This try counts towards today’s 20. Change the words',
    );
    expect(find(studio, '[part~=image]')).not.toBeNull();
    expect(inside<HTMLTextAreaElement>(studio, '[part~=prompt]').value).toBe('something else');
    expect(studio.state).toBe('refused');
    expect(studio.matches(':state(has-result)')).toBe(true);
  });

  it('leaves when the words change', async () => {
    worker.generate = () => streamOf([{ promptFeedback: { blockReason: 'SAFETY' } }]);
    await send(studio, 'a fox');
    await note();

    await write(studio, 'a red fox');

    expect(find(studio, '[part=notice]')).toBeNull();
  });

  it('of a picture that was drawn is charged for the page, and no word of it for the visitor', async () => {
    worker.generate = () =>
      streamOf([pictureChunk(), { candidates: [{ finishReason: 'IMAGE_SAFETY' }], usageMetadata: PICTURE_USAGE }]);
    const refused = eventOf(studio, 'peel-refused');

    await send(studio, 'a fox');

    expect(await refused).toMatchObject({ reason: 'picture-blocked', charged: 'yes' });
    expect(await note()).not.toMatch(/charge|cost|pay/i);
    expect(find(studio, '[part~=image]')).toBeNull();
  });
});

it('says what a try costs only where the site shows prices', async () => {
  worker.site = () => Response.json({ ...FACTS, showPrices: true });
  studio.remove();
  studio = await mount(worker);
  worker.generate = () => failure(504, 'DEADLINE');

  await send(studio, 'a fox');

  expect(await note()).toContain('It may have been charged.');
});

it('names no money, no model, no figure of a protocol in any note', async () => {
  const reasons: [number, string][] = [
    [502, 'UPSTREAM_BROKEN'],
    [504, 'DEADLINE'],
    [500, 'OUTCOME_UNKNOWN'],
    [503, 'UPSTREAM_UNAVAILABLE'],
    [400, 'INVALID_FIELD'],
    [429, 'VISITOR_MINUTE'],
    [429, 'DAILY_BUDGET_SPENT'],
  ];
  for (const [code, reason] of reasons) {
    worker.generate = () => failure(code, reason);
    await studio.reset();
    await send(studio, 'a fox');

    expect(await note()).not.toMatch(/charge|cost|paid|prompt|model|token|request|HTTP|[45]\d\d|[A-Z]{3,}_/);
  }
});

it('shows the code of an error that the owner can find in the log', async () => {
  worker.generate = async () =>
    Response.json(await failure(502, 'UPSTREAM_UNAVAILABLE').json(), {
      status: 502,
      headers: { 'X-Request-Id': '7f3a9c01-5b' },
    });

  await send(studio, 'a fox');

  expect(await note()).toContain('tell the owner of this page: code 7F3A.');
});

it('shows the letters of a picture as the picture, and never as words', async () => {
  const bytes = new Uint8Array(await (await fetch(PICTURE_URL)).arrayBuffer());
  const data = btoa(String.fromCharCode(...bytes));
  worker.generate = () => streamOf([textChunk(`Here it is: ![a fox](data:image/png;base64,${data})`), STOP]);

  const { results } = await draw(studio);

  expect(results[0]).toMatchObject({ width: 48, height: 27, text: 'Here it is:' });
});

it('loads no picture from elsewhere', async () => {
  worker.generate = () => streamOf([pictureChunk('https://elsewhere.example/x.png'), STOP]);
  const refused = eventOf(studio, 'peel-refused');

  await send(studio, 'a fox');

  expect((await refused).reason).toBe('no-picture');
  expect(performance.getEntriesByName('https://elsewhere.example/x.png')).toEqual([]);
});

it('shows one line of thought as text, the newest headline, and all of them in the details', async () => {
  const { push, end } = await begin(worker, studio);
  push(thoughtChunk('**Light**\n\n<img src=x onerror=alert(1)>\n\n'));
  await appear(studio, '[part=thought]');
  expect(textOf(studio, '[part=thought]')).toBe('Light An idea on the way, not final');

  push(thoughtChunk('**Snow <b>**'));
  await vi.waitFor(() => expect(textOf(studio, '.thought')).toBe('Snow <b>'));
  await resultOf(studio, async () => {
    push(pictureChunk());
    push(STOP);
    end();
  });
  await press(studio, '[part=caption] .link');
  await appear(studio, '.details');

  expect(textOf(studio, '.details')).toContain('<img src=x onerror=alert(1)>');
  expect(studio.shadowRoot?.querySelector('.details img, .thought img')).toBeNull();
});

it('shows a draft as a draft, and the picture in its place', async () => {
  const { push, end } = await begin(worker, studio);
  const preview = eventOf(studio, 'peel-preview');
  push({
    candidates: [
      { content: { parts: [{ thought: true, fileData: { mimeType: 'image/png', fileUri: `${PICTURE_URL}?draft` } }] } },
    ],
  });
  expect(await preview).toMatchObject({ draftUrl: `${PICTURE_URL}?draft`, final: false });
  await studio.updateComplete;
  expect(textOf(studio, '.tag')).toBe('Draft');

  const { results } = await resultOf(studio, async () => {
    push(pictureChunk());
    push(STOP);
    end();
  });

  expect(results[0]?.url).toBe(PICTURE_URL);
  expect(find(studio, '.tag')).toBeNull();
});

it('saves the picture unless the page does', async () => {
  await draw(studio, 'A fox, in snow');
  const saved: { name: string; href: string }[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push({ name: this.download, href: this.href });
  });

  await studio.download();
  studio.addEventListener('peel-download', (event) => event.preventDefault());
  await studio.download();

  expect(saved).toEqual([{ name: 'a-fox-in-snow.png', href: expect.stringMatching(/^blob:/) }]);
  expect(worker.asked.at(-1)?.path).toMatch(/[?&]download$/);
});

it('says where saving or copying does not work, and keeps the picture', async () => {
  await draw(studio);
  const real = studio.fetch;
  studio.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  await studio.download();
  studio.fetch = real;
  expect(await note()).toContain('The picture was not saved');

  vi.spyOn(navigator.clipboard, 'write').mockRejectedValue(new DOMException('', 'NotAllowedError'));
  await studio.copy();

  await vi.waitFor(() => expect(textOf(studio, '[part=notice]')).toContain('The picture was not copied'));
  expect(studio.state).toBe('done');
  expect(find(studio, '[part~=image]')).not.toBeNull();
});

it('closes for the time that a site is paused, keeps what there is, and asks nothing', async () => {
  worker.site = () => Response.json({ ...FACTS, paused: true });
  studio.remove();

  studio = await mount(worker);

  expect(await note()).toContain('Closed for now');
  expect(inside(studio, '.primary').ariaDisabled).toBe('true');
  await send(studio, 'a fox');
  expect(orders(worker)).toHaveLength(0);
});

describe('a site that is paused', () => {
  let clock: number;
  const asked = () => worker.askedFor('/peel/site').length;
  const later = (ms: number) => {
    clock += ms;
  };

  beforeEach(async () => {
    clock = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => clock);
    studio.remove();
    worker.site = () => Response.json({ ...FACTS, paused: true });
    studio = await mount(worker);
    await note();
    worker.asked.length = 0;
  });

  const resume = () => {
    worker.site = () => Response.json(FACTS);
  };
  const expectOpen = () => vi.waitFor(() => expect(inside(studio, '.primary').ariaDisabled).not.toBe('true'));

  it('has no examples, and has them again once it is resumed, by a press', async () => {
    expect(find(studio, '[part~=idea]')).toBeNull();
    expect(Number(getComputedStyle(inside(studio, '.primary')).opacity)).toBeLessThan(1);
    await write(studio, 'a fox');
    resume();
    later(5000);
    await press(studio, '.primary');

    await expectOpen();
    expect(find(studio, '[part~=notice]')).toBeNull();
    expect(find(studio, '[part~=idea]')).not.toBeNull();
    expect(orders(worker)).toHaveLength(0);
    await draw(studio);
  });

  it('is asked again by the focus, at most every 5 s', async () => {
    const ready = vi.fn();
    studio.addEventListener('peel-ready', ready);
    later(4999);
    await write(studio, 'a fox');
    expect(asked()).toBe(0);

    later(1);
    await write(studio, 'a fox in');
    await write(studio, 'a fox in snow');
    expect(asked()).toBe(1);
    await twoFrames();
    expect(textOf(studio, '[part~=notice]')).toContain('Closed for now');
    expect(ready).not.toHaveBeenCalled();

    resume();
    later(5000);
    await write(studio, 'a fox');
    await expectOpen();
    expect(ready).toHaveBeenCalledTimes(1);
  });

  it('stays paused where the question has no answer', async () => {
    worker.site = () => Promise.reject(new TypeError('Failed to fetch'));
    later(5000);
    await write(studio, 'a fox');
    expect(asked()).toBe(1);
    await twoFrames();

    expect(textOf(studio, '[part~=notice]')).toContain('Closed for now');
    expect(inside(studio, '.primary').ariaDisabled).toBe('true');
  });
});

it('looks every 30 s whether a paused site was resumed, while the page is seen', async () => {
  worker.generate = () => failure(503, 'SITE_PAUSED');
  await send(studio, 'a fox');
  await note();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  // The interval begins with the state.
  studio.remove();
  document.body.append(studio);
  worker.asked.length = 0;
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);

  vi.advanceTimersByTime(60_000);
  expect(worker.askedFor('/peel/site')).toHaveLength(0);
  hidden.mockReturnValue(false);
  vi.advanceTimersByTime(30_000);
  expect(worker.askedFor('/peel/site')).toHaveLength(1);

  await vi.waitFor(() => expect(inside(studio, '.primary').ariaDisabled).not.toBe('true'));
  vi.advanceTimersByTime(90_000);
  expect(worker.askedFor('/peel/site')).toHaveLength(1);
});

it('tells the page of every end, as an event with its fields in `detail` too', async () => {
  const seen: string[] = [];
  document.body.addEventListener('peel-error', ({ detail }) => void seen.push(detail.code), { once: true });
  worker.generate = () => failure(502, 'UPSTREAM_BROKEN');

  await send(studio, 'a fox');
  await note();

  expect(seen).toEqual(['UPSTREAM_BROKEN']);
});
