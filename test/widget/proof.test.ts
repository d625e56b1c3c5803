/** A site that wants a proof, as its visitors meet it: they do not. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import type { Proof } from '../../worker/protocol.ts';
import {
  appear,
  create,
  draw,
  eventOf,
  FACTS,
  type FakeWorker,
  failure,
  fakeWorker,
  find,
  hold,
  inside,
  mount,
  place,
  send,
  textOf,
  tidyUp,
  write,
} from './support.ts';

let worker: FakeWorker;
let asked = 0;

/** A challenge of its own for each answer. */
const challenge = (difficulty: number): Proof => ({
  ...{ kind: 'pow', nonce: `nonce-${++asked}`, algorithm: 'SHA-256', difficulty },
  expiresAt: new Date(Date.now() + 600_000).toISOString(),
});
const EASY = 4;
/** It is not solved before the test is over. */
const ENDLESS = 20;

const sessions = () => worker.askedFor('/peel/session');
const proofsOf = () =>
  sessions().map(({ body }) => (body as { proof?: { pow?: { nonce: string } } }).proof?.pow?.nonce);

beforeEach(() => {
  asked = 0;
  worker = fakeWorker();
  worker.site = () => Response.json({ ...FACTS, proof: challenge(EASY) });
  vi.spyOn(navigator.userActivation, 'hasBeenActive', 'get').mockReturnValue(true);
});

afterEach(tidyUp);

const focus = async (studio: PeelStudio) => {
  inside(studio, '[part~=prompt]').focus();
  await studio.updateComplete;
};

describe('the ticket', () => {
  it('is there when the visitor has begun to write, and serves the press', async () => {
    const studio = await mount(worker);

    await focus(studio);
    await vi.waitFor(() => expect(sessions()).toHaveLength(1), 5000);
    await draw(studio);

    expect(proofsOf()).toEqual(['nonce-1']);
    expect(worker.askedFor('/peel/site')).toHaveLength(1);
  });

  it('is not asked for by a page that is only read', async () => {
    await mount(worker);
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(sessions()).toEqual([]);
  });

  it('is not asked for by a page that takes the focus itself, but by the first key', async () => {
    const hasBeenActive = vi.spyOn(navigator.userActivation, 'hasBeenActive', 'get').mockReturnValue(false);
    const studio = await mount(worker);
    studio.focus();
    await vi.waitFor(() => expect(textOf(studio, '.primary')).toBe('Make picture'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sessions()).toEqual([]);
    hasBeenActive.mockReturnValue(true);

    await write(studio, 'a');

    await vi.waitFor(() => expect(sessions()).toHaveLength(1), 5000);
  });

  it('is one for all elements of a site, each with a challenge of its own', async () => {
    const one = await mount(worker);
    const other = await mount(worker);

    await draw(one);
    await draw(other);

    expect(sessions()).toHaveLength(1);
  });

  it('is another one for another site on the same page', async () => {
    const one = await mount(worker);
    const other = await mount(worker, { site: 'candles' });

    await draw(one);
    await draw(other);

    expect(sessions().map(({ body }) => (body as { site: string }).site)).toEqual(['default', 'candles']);
    expect(proofsOf()).toEqual(['nonce-1', 'nonce-2']);
  });

  it('is another one once the page names another site, also while the first proof is on its way', async () => {
    worker.site = () => Response.json({ ...FACTS, proof: challenge(ENDLESS) });
    const studio = await mount(worker);
    await focus(studio);
    await vi.waitFor(() => expect(find(studio, '.primary')).not.toBeNull());
    worker.site = ({ path }) => Response.json({ ...FACTS, site: path, proof: challenge(EASY) });
    const ready = eventOf(studio, 'peel-ready');
    studio.site = 'candles';
    await ready;

    await draw(studio);

    expect(sessions().map(({ body }) => (body as { site: string }).site)).toEqual(['candles']);
    expect(proofsOf()).toEqual(['nonce-2']);
  });

  it('is let go with the element', async () => {
    worker.site = () => Response.json({ ...FACTS, proof: challenge(EASY) });
    let signal: AbortSignal | undefined;
    worker.session = (request) => {
      signal = request.signal;
      return new Promise(() => undefined);
    };
    const studio = await mount(worker);
    await focus(studio);
    await vi.waitFor(() => expect(signal).toBeDefined(), 5000);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    studio.remove();
    await vi.advanceTimersByTimeAsync(6000);

    expect(signal?.aborted).toBe(true);
  });
});

describe('a proof that takes long', () => {
  beforeEach(() => {
    worker.site = () => Response.json({ ...FACTS, proof: challenge(ENDLESS) });
  });

  it('is said in the place of the seconds, moves nothing, and can be cancelled for nothing', async () => {
    const studio = await mount(worker);
    const cancel = eventOf(studio, 'peel-cancel');
    await send(studio, 'a fox');
    await appear(studio, '.wait');
    const before = inside(studio, '[part~=stage]').getBoundingClientRect();
    await vi.waitFor(() => expect(textOf(studio, '.wait')).toContain('Checking that you are not a robot…'), 4000);

    expect(textOf(studio, '[role=status]')).toBe('Checking that you are not a robot…');
    expect(inside(studio, '[part~=stage]').getBoundingClientRect()).toEqual(before);
    await studio.cancel();

    expect((await cancel).charged).toBe('no');
    expect(worker.askedFor(':streamGenerateContent')).toEqual([]);
  });
});

describe('a proof that is refused', () => {
  it('is answered by another one, and the visitor notices nothing', async () => {
    const info = (metadata: object) => ({
      ...{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'PROOF_INVALID', domain: 'peel', metadata },
    });
    const { session } = worker;
    worker.session = (request) => {
      if (sessions().length > 2) return session(request);
      const { difficulty, ...rest } = challenge(EASY);
      const details = [info({ ...rest, difficulty: `${difficulty}`, why: 'used' })];
      return Response.json({ error: { code: 400, message: '', details } }, { status: 400 });
    };
    const studio = await mount(worker);

    expect((await draw(studio)).results).toHaveLength(1);
    expect(proofsOf()).toEqual(['nonce-1', 'nonce-2', 'nonce-3']);
    expect(find(studio, '[part~=notice]')).toBeNull();
  });

  it('is said where nothing helps, with a way on', async () => {
    worker.session = () => failure(400, 'PROOF_INVALID');
    const studio = create(worker);
    place(studio, 390);
    await eventOf(studio, 'peel-ready');
    const error = eventOf(studio, 'peel-error');

    await send(studio, 'a fox');

    expect((await error).code).toBe('PROOF_INVALID');
    await appear(studio, '.note');
    expect(textOf(studio, '.note')).toBe('The check did not go through Try again, or reload the page. Try againReload');
    worker.session = fakeWorker().session;
    expect((await draw(studio)).results).toHaveLength(1);
  });

  it('is not asked for with every key', async () => {
    worker.session = () => failure(400, 'PROOF_INVALID');
    const studio = await mount(worker);
    for (const text of ['a', 'a f', 'a fo', 'a fox']) {
      await write(studio, text);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }

    expect(sessions()).toHaveLength(1);
    expect(find(studio, '[part~=notice]')).toBeNull();
  });
});

describe('the bar under the picture', () => {
  const share = (studio: PeelStudio) =>
    Number(/--_share: ([\d.]+)/.exec(inside(studio, '[part=progress-bar]').getAttribute('style') ?? '')?.[1]);

  it('measures nothing while the visitor is checked, and begins with the drawing', async () => {
    const { session } = worker;
    const checked = Promise.withResolvers<void>();
    worker.session = async (request) => {
      await checked.promise;
      return session(request);
    };
    worker.site = () => Response.json({ ...FACTS, proof: challenge(ENDLESS) });
    const studio = await mount(worker);
    await send(studio, 'a fox');
    await vi.waitFor(() => expect(find(studio, '.progress.endless')).not.toBeNull(), 5000);
    await studio.cancel();
    studio.remove();

    worker.site = () => Response.json({ ...FACTS, proof: challenge(EASY) });
    const other = await mount(worker, { site: 'candles' });
    const opened = hold(worker);
    await send(other, 'a fox');
    await vi.waitFor(() => expect(sessions()).toHaveLength(1), 5000);
    const late = Date.now() + 60_000;
    vi.spyOn(Date, 'now').mockImplementation(() => late);
    other.requestUpdate();
    await other.updateComplete;
    expect(share(other)).toBe(0);

    checked.resolve();
    await opened;
    await vi.waitFor(() => expect(find(other, '.progress:not(.endless)')).not.toBeNull());
    expect(share(other)).toBeLessThan(0.1);
    await other.cancel();
  });
});

describe('a check with a face', () => {
  interface Shown {
    container: HTMLElement;
    options: Record<string, (token?: string) => void>;
  }
  let shown: Promise<Shown>;

  beforeEach(() => {
    worker.site = () =>
      Response.json({ ...FACTS, proof: { kind: 'turnstile', siteKey: 'key', nonce: `nonce-${++asked}` } });
    const { promise, resolve } = Promise.withResolvers<Shown>();
    shown = promise;
    vi.stubGlobal('turnstile', {
      render(container: HTMLElement, options: Shown['options']) {
        resolve({ container, options });
        return 'widget';
      },
      remove: () => undefined,
    });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is not seen where the visitor has nothing to do', async () => {
    const studio = await mount(worker);
    await focus(studio);
    const { options } = await shown;
    expect(find(studio, '.check')).toBeNull();
    options.callback?.('token-1');

    await draw(studio);

    expect(sessions().map(({ body }) => body)).toEqual([{ site: 'default', proof: { turnstile: 'token-1' } }]);
    expect(studio.querySelector('[slot=challenge]')).toBeNull();
  });

  it('stands in the place of notes where there is something to do, and is announced', async () => {
    const studio = await mount(worker);
    await focus(studio);
    const { container, options } = await shown;

    options['before-interactive-callback']?.();
    await studio.updateComplete;

    expect(textOf(studio, '.check')).toBe('One quick check');
    expect(studio.matches(':state(challenging)')).toBe(true);
    expect(textOf(studio, '[role=status]')).toBe('One quick check');
    expect(container.assignedSlot?.closest('[part~=field]')).not.toBeNull();
    expect(container.getBoundingClientRect().height).toBeGreaterThanOrEqual(65);
    options.callback?.('token-1');
    await vi.waitFor(() => expect(find(studio, '.check')).toBeNull());
    expect(studio.matches(':state(challenging)')).toBe(false);
  });

  it('gives way to the work of the next rung where it fails', async () => {
    const { session } = worker;
    worker.session = (request) => {
      if ((request.body as { proof?: object }).proof) return session(request);
      const { difficulty, ...rest } = challenge(EASY);
      const metadata = { ...rest, difficulty: `${difficulty}`, why: 'missing' };
      const details = [
        { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'PROOF_INVALID', domain: 'peel', metadata },
      ];
      return Response.json({ error: { code: 400, message: '', details } }, { status: 400 });
    };
    const studio = await mount(worker);
    await focus(studio);
    (await shown).options['error-callback']?.('300010');

    expect((await draw(studio)).results).toHaveLength(1);
    expect(sessions()[0]?.body).toEqual({ site: 'default' });
    expect(proofsOf()).toEqual([undefined, 'nonce-2']);
  });
});
