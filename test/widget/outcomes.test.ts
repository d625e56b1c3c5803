import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  eventOf,
  type FakeWorker,
  failure,
  fakeWorker,
  inside,
  mount,
  openStream,
  PICTURE_URL,
  PICTURE_USAGE,
  pictureChunk,
  STOP,
  streamOf,
  textChunk,
  textOf,
  thoughtChunk,
  USAGE,
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

it('keeps the last picture while the next one is refused', async () => {
  const studio = await mount(worker);
  await draw(studio, 'a fox');
  worker.generate = () =>
    streamOf([
      textChunk('I cannot <b>draw</b> that.'),
      { candidates: [{ finishReason: 'IMAGE_SAFETY' }], usageMetadata: USAGE },
    ]);
  const refused = eventOf(studio, 'peel-refused');

  await start('something else');

  expect(await refused).toMatchObject({ stage: 'output', reason: 'picture-blocked', charged: 'no' });
  await studio.updateComplete;
  expect(inside(studio, 'img')).toBeTruthy();
  expect(textOf(studio, '[part=notice] q')).toBe('I cannot <b>draw</b> that.');
  expect(textOf(studio, '[role=alert]')).toContain('No picture was charged');
  expect(studio.value).toBe('something else');
});

it('asks for another take of the same request by name', async () => {
  const studio = await mount(worker);
  await draw(studio, 'a fox');

  await resultOf(studio, () => page.getByRole('button', { name: 'Another take' }).click());

  const [first, second] = worker.askedFor(':streamGenerateContent');
  expect(second?.body).toEqual(first?.body);
  expect(first?.headers.has('Peel-Variant')).toBe(false);
  expect(second?.headers.get('Peel-Variant')).toBe('take-2');
});

it('takes the shown picture again, whatever was asked since', async () => {
  const studio = await mount(worker);
  await draw(studio, 'a fox');
  worker.generate = () => streamOf([{ candidates: [{ finishReason: 'IMAGE_SAFETY' }] }]);
  const refused = eventOf(studio, 'peel-refused');
  await start('something else');
  await refused;
  worker.generate = () => streamOf([pictureChunk(), STOP]);

  const { results } = await resultOf(studio, () => page.getByRole('button', { name: 'Another take' }).click());

  expect(results[0]?.order.prompt).toBe('a fox');
});

it('tries the very same request again after an error', async () => {
  const studio = await mount(worker);
  worker.generate = () => failure(502, 'UPSTREAM_BROKEN');
  const error = eventOf(studio, 'peel-error');
  await start('a fox');
  expect(await error).toMatchObject({ code: 'UPSTREAM_BROKEN', retryable: true, charged: 'maybe', requestId: 'req-1' });
  await studio.updateComplete;
  expect(textOf(studio, '[part=notice]')).toContain('It may have been charged. A new attempt may be charged too.');
  expect(textOf(studio, '[part=notice] code')).toBe('req-1');
  worker.generate = () => streamOf([pictureChunk(), STOP]);

  await prompt.fill('something new');
  await resultOf(studio, () => page.getByRole('button', { name: 'Try again' }).click());

  const [first, second] = worker.askedFor(':streamGenerateContent');
  expect(second?.body).toEqual(first?.body);
  expect(second?.headers.has('Peel-Variant')).toBe(false);
});

it('says of a refusal that drew a picture that it was charged', async () => {
  const studio = await mount(worker);
  worker.generate = () =>
    streamOf([pictureChunk(), { candidates: [{ finishReason: 'IMAGE_SAFETY' }], usageMetadata: PICTURE_USAGE }]);
  const refused = eventOf(studio, 'peel-refused');

  await start('a fox');

  expect(await refused).toMatchObject({ reason: 'picture-blocked', charged: 'yes' });
  await studio.updateComplete;
  expect(textOf(studio, '[part=notice]')).toContain('The picture was charged');
  expect(studio.shadowRoot?.querySelector('img')).toBeNull();
});

it('shows the letters of a picture as the picture, and never as words', async () => {
  const studio = await mount(worker);
  const bytes = new Uint8Array(await (await fetch(PICTURE_URL)).arrayBuffer());
  const data = btoa(String.fromCharCode(...bytes));
  worker.generate = () => streamOf([textChunk(`Here it is: ![a fox](data:image/png;base64,${data})`), STOP]);

  const { results } = await resultOf(studio, () => start('a fox'));

  expect(results[0]).toMatchObject({ width: 48, height: 27, text: 'Here it is:' });
});

describe('a picture whose address fails', () => {
  let studio: PeelStudio;

  beforeEach(async () => {
    studio = await mount(worker);
    worker.generate = () => streamOf([pictureChunk(`${location.origin}/no-such-picture.png`), STOP]);
    const error = eventOf(studio, 'peel-error');
    await start('a fox');
    expect((await error).code).toBe('PICTURE_UNREACHABLE');
    await studio.updateComplete;
    worker.generate = () => streamOf([pictureChunk(), STOP]);
  });

  it('is opened again by the same request', async () => {
    await resultOf(studio, () => page.getByRole('button', { name: 'Try again' }).click());

    const [first, second] = worker.askedFor(':streamGenerateContent');
    expect(second?.body).toEqual(first?.body);
    expect(second?.headers.has('Peel-Variant')).toBe(false);
  });

  it('is replaced by another take, with the keyboard alone', async () => {
    const result = eventOf(studio, 'peel-result');
    inside(studio, '.choices button').focus();
    expect(studio.shadowRoot?.activeElement?.textContent).toBe('Try again');

    await userEvent.tab();
    expect(studio.shadowRoot?.activeElement?.textContent).toBe('Another take');
    await userEvent.keyboard('{Enter}');
    await result;
    await studio.updateComplete;

    expect(worker.askedFor(':streamGenerateContent')[1]?.headers.get('Peel-Variant')).toBe('take-2');
    expect(studio.shadowRoot?.activeElement).toBe(inside(studio, '.primary'));
  });
});

it('loads no picture from elsewhere', async () => {
  const studio = await mount(worker);
  worker.generate = () => streamOf([pictureChunk('https://elsewhere.example/x.png'), STOP]);
  const refused = eventOf(studio, 'peel-refused');

  await start('a fox');

  expect((await refused).reason).toBe('no-picture');
  expect(performance.getEntriesByName('https://elsewhere.example/x.png')).toEqual([]);
});

it('shows thoughts as text, a headline first', async () => {
  const studio = await mount(worker);
  const stream = await hold(() => start('a fox'));

  const preview = eventOf(studio, 'peel-preview');
  stream.push(thoughtChunk('**Light**\n\n<img src=x onerror=alert(1)>'));
  await preview;
  await studio.updateComplete;

  expect(textOf(studio, '.thought summary')).toBe('Thinking, not final: Light');
  expect(textOf(studio, '.thought p')).toContain('<img src=x onerror=alert(1)>');
  expect(studio.shadowRoot?.querySelector('.thought img')).toBeNull();
});

it('saves the picture unless the page does', async () => {
  const studio = await mount(worker);
  await draw(studio, 'A fox, in snow');
  const saved: { name: string; href: string }[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push({ name: this.download, href: this.href });
  });

  await studio.download();
  studio.addEventListener('peel-download', (event) => event.preventDefault());
  await studio.download();

  expect(saved).toEqual([{ name: 'a-fox-in-snow.png', href: expect.stringMatching(/^blob:/) }]);
  expect(worker.asked.at(-1)?.path).toMatch(/\?download$/);
});

it('says where saving does not work, and keeps the picture', async () => {
  const studio = await mount(worker);
  await draw(studio, 'a fox');
  const real = studio.fetch;
  studio.fetch = () => Promise.reject(new TypeError('Failed to fetch'));

  await studio.download();
  await studio.updateComplete;
  studio.fetch = real;

  expect(textOf(studio, '[part=notice] .title')).toBe('The download did not work');
  expect(studio.state).toBe('done');
});

it('begins anew', async () => {
  const studio = await mount(worker);
  await draw(studio, 'a fox');

  await studio.reset({ keepPrompt: true });
  expect(studio).toMatchObject({ state: 'idle', results: [], value: 'a fox' });
  await studio.reset();
  expect(studio.value).toBe('');
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
