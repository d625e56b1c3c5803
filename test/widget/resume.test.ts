/** A picture that is being made survives a reload, and a page that takes the element out for a moment. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  begin,
  create,
  draw,
  eventOf,
  type FakeWorker,
  failure,
  fakeWorker,
  find,
  hold,
  inside,
  mount,
  orders,
  pictureChunk,
  press,
  resultOf,
  STOP,
  send,
  streamOf,
  textOf,
  tidyUp,
  twoFrames,
} from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(tidyUp);

/** As a reload leaves it: the page is gone at once, and its storage stays. */
async function reload(studio: PeelStudio, attributes: Partial<PeelStudio> = {}): Promise<PeelStudio> {
  studio.remove();
  studio.fetch = () => new Promise(() => undefined);
  return mount(worker, attributes);
}

describe('a reload', () => {
  it('goes on with the request that was running, and shows its picture as the visitor’s own', async () => {
    const studio = await mount(worker, { aspectRatio: '16:9' });
    await begin(worker, studio, 'a fox');

    const stream = hold(worker);
    const next = await reload(studio);
    const { push, end } = await stream;
    expect(next.state).toBe('generating');
    const { results } = await resultOf(next, async () => {
      push(pictureChunk());
      push(STOP);
      end();
    });

    const [first, second] = orders(worker);
    expect(second?.body).toEqual(first?.body);
    expect(results[0]?.order.prompt).toBe('a fox');
    expect(textOf(next, '[part=caption]')).toContain('a fox');
  });

  it('needs no press for that, because the visitor has asked already', async () => {
    const studio = await mount(worker);
    await begin(worker, studio);
    vi.spyOn(navigator.userActivation, 'isActive', 'get').mockReturnValue(false);
    worker.generate = () => streamOf([pictureChunk(), STOP]);
    const next = create(worker);
    vi.spyOn(navigator.userActivation, 'isActive', 'get').mockReturnValue(false);
    const result = eventOf(next, 'peel-result');
    studio.remove();

    document.body.append(next);

    expect((await result).results).toHaveLength(1);
  });

  it.each([
    { name: 'a picture', end: async (studio: PeelStudio) => void (await draw(studio)) },
    {
      name: 'a refusal',
      end: async (studio: PeelStudio) => {
        worker.generate = () => streamOf([{ promptFeedback: { blockReason: 'SAFETY' } }]);
        const refused = eventOf(studio, 'peel-refused');
        await send(studio, 'a fox');
        await refused;
      },
    },
    {
      name: 'an error',
      end: async (studio: PeelStudio) => {
        worker.generate = () => failure(502, 'UPSTREAM_BROKEN');
        const error = eventOf(studio, 'peel-error');
        await send(studio, 'a fox');
        await error;
      },
    },
    {
      name: 'a cancel',
      end: async (studio: PeelStudio) => {
        await begin(worker, studio);
        await press(studio, '[part=cancel]');
      },
    },
    {
      name: 'a reset',
      end: async (studio: PeelStudio) => {
        await begin(worker, studio);
        await studio.reset();
      },
    },
  ])('does not begin again after $name', async ({ end }) => {
    const studio = await mount(worker);
    await end(studio);
    const asked = orders(worker).length;

    const next = await reload(studio);
    await twoFrames();
    await next.updateComplete;

    expect(orders(worker)).toHaveLength(asked);
    expect(next.state).toBe('idle');
  });

  it('is remembered without a picture in it: words and addresses alone', async () => {
    const studio = await mount(worker);
    await draw(studio);
    await begin(worker, studio, 'at night');

    const [stored] = Object.entries({ ...sessionStorage }).filter(([key]) => key.startsWith('peel:running'));

    expect(stored?.[1]).toContain('at night');
    expect(stored?.[1]).not.toContain('base64');
    expect(localStorage).toHaveLength(0);
  });

  it('goes to the element of the same place, and not to another one', async () => {
    const first = await mount(worker, { id: 'left' });
    const other = await mount(worker, { id: 'right' });
    await begin(worker, first);
    other.remove();
    worker.generate = () => streamOf([pictureChunk(), STOP]);

    const again = await mount(worker, { id: 'right' });
    await twoFrames();

    expect(again.state).toBe('idle');
    expect(orders(worker)).toHaveLength(1);
  });
});

it('forgets a request that has ended, although an element before it has gone meanwhile', async () => {
  const [first, other] = [await mount(worker), await mount(worker)];
  const { push, end } = await begin(worker, other);
  first.remove();

  await resultOf(other, async () => {
    push(pictureChunk());
    push(STOP);
    end();
  });

  expect(Object.keys({ ...sessionStorage }).filter((key) => key.startsWith('peel:running'))).toEqual([]);
});

describe('an element that is taken out', () => {
  it('goes on where it is moved', async () => {
    const studio = await mount(worker);
    const { push, end } = await begin(worker, studio);
    const place = document.createElement('main');
    document.body.prepend(place);

    place.append(studio);
    await twoFrames();
    expect(studio.state).toBe('generating');
    await resultOf(studio, async () => {
      push(pictureChunk());
      push(STOP);
      end();
    });

    expect(orders(worker)).toHaveLength(1);
    expect(inside(studio, '[part~=image]').isConnected).toBe(true);
  });

  it('keeps its picture and words where it is moved when they are there', async () => {
    const studio = await mount(worker);
    await draw(studio);
    const place = document.createElement('main');
    document.body.prepend(place);

    place.append(studio);
    await studio.updateComplete;

    expect(studio.results).toHaveLength(1);
    expect(studio.value).toBe('a fox');
    expect(find(studio, '[part~=image]')).not.toBeNull();
  });

  it('goes on for five seconds, as a framework that shows another route for a moment', async () => {
    const studio = await mount(worker);
    const { push, end } = await begin(worker, studio);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    studio.remove();
    await vi.advanceTimersByTimeAsync(4000);

    document.body.append(studio);
    await vi.advanceTimersByTimeAsync(4000);
    vi.useRealTimers();
    expect(studio.state).toBe('generating');
    await resultOf(studio, async () => {
      push(pictureChunk());
      push(STOP);
      end();
    });

    expect(orders(worker)).toHaveLength(1);
  });

  it('leaves its picture to the element that a framework puts in its place', async () => {
    const studio = await mount(worker);
    const first = await begin(worker, studio);
    const heard = vi.fn();
    studio.addEventListener('peel-result', heard);
    const stream = hold(worker);
    studio.remove();
    const next = await mount(worker);
    const second = await stream;

    for (const { push, end } of [first, second]) {
      push(pictureChunk());
      push(STOP);
      end();
      await twoFrames();
    }
    await vi.waitFor(() => expect(next.results).toHaveLength(1));

    expect(heard).not.toHaveBeenCalled();
    document.body.append(studio);
    await vi.waitFor(() => expect(studio.results).toHaveLength(1));
  });

  it('stops listening after that, and finds its picture when it comes back', async () => {
    const studio = await mount(worker);
    await begin(worker, studio);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    studio.remove();
    await vi.advanceTimersByTimeAsync(6000);
    vi.useRealTimers();
    expect(orders(worker)[0]?.signal?.aborted).toBe(true);
    worker.generate = () => streamOf([pictureChunk(), STOP]);

    const { results } = await resultOf(studio, async () => document.body.append(studio));

    expect(results[0]?.order.prompt).toBe('a fox');
    expect(orders(worker)[1]?.body).toEqual(orders(worker)[0]?.body);
  });
});
