/** The machine of states, with a worker that the test plays. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamEvent } from '../../../widget/api/model.ts';
import type { Order } from '../../../widget/model.ts';
import type { Generation } from '../../../widget/run/generation.ts';
import { Run } from '../../../widget/run/run.ts';
import { orderOf, pictureOf } from '../thread/turns.ts';

const ORDER = orderOf('a fox');
const {
  order: _order,
  width: _width,
  height: _height,
  elapsedMs: _elapsedMs,
  alt: _alt,
  ...PICTURE
} = pictureOf('fox', ORDER);
const arrived: StreamEvent = { type: 'picture', picture: PICTURE };

let now: number;
let states: string[];
let signals: AbortSignal[];
let answers: AsyncGenerator<StreamEvent, void, undefined>[];
let hasPicture: boolean;
let run: Run;

beforeEach(() => {
  now = 1_000_000;
  states = [];
  signals = [];
  answers = [];
  hasPicture = false;
  run = new Run({
    generate: () => (_take, signal) => {
      signals.push(signal);
      return answers.shift() ?? forEver(signal);
    },
    openPicture: async () => ({ width: 64, height: 48 }),
    altOf: ({ prompt }) => `Alt of ${prompt}`,
    hasPicture: () => hasPicture,
    now: () => now,
    onChange: (_from, to) => states.push(told(to)),
    onTick: () => states.push('tick'),
    onRefused: () => states.push('counted'),
  });
});

afterEach(() => {
  run.pause();
  vi.useRealTimers();
});

const told = (state: Generation) => ('phase' in state ? `${state.status} ${state.phase}` : state.status);
const start = (orders: Order[] = [ORDER], isUploading = false) => run.start(async () => orders, now, isUploading);

async function* say(...events: StreamEvent[]) {
  yield* events;
}

async function* forEver(signal: AbortSignal): AsyncGenerator<StreamEvent, void, undefined> {
  yield { type: 'sent' };
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

describe('a picture', () => {
  it('goes from connecting over drawing and opening to its result, and no further', async () => {
    answers = [say({ type: 'sent' }, { type: 'thought', thought: 'Hm.' }, arrived)];

    const results = await start();

    expect(states).toEqual([
      'generating connecting',
      'generating connecting',
      'generating drawing',
      'previewing drawing',
      'previewing opening',
    ]);
    expect(results).toEqual([{ ...PICTURE, width: 64, height: 48, order: ORDER, elapsedMs: 0, alt: 'Alt of a fox' }]);
    run.finish();
    expect(run.current).toEqual({ status: 'done' });
  });

  it('waits for uploads first', async () => {
    answers = [say(arrived)];

    await start([ORDER], true);

    expect(states.slice(0, 2)).toEqual(['uploading connecting', 'generating connecting']);
  });

  it('keeps thought and draft beside each other', async () => {
    answers = [say({ type: 'thought', thought: 'Hm.' }, { type: 'draft', url: 'https://x.example/1.png' }, arrived)];
    const seen: Generation[] = [];
    run = new Run({ ...options(), onChange: (_from, to) => void seen.push(to) });

    await start();

    expect(seen.find((state) => 'draftUrl' in state)).toMatchObject({
      thought: 'Hm.',
      draftUrl: 'https://x.example/1.png',
    });
  });

  it('that does not open is a failure with a name', async () => {
    answers = [say(arrived)];
    run = new Run({ ...options(), openPicture: () => Promise.reject(new Error('broken')) });

    await expect(start()).rejects.toMatchObject({ code: 'PICTURE_UNREACHABLE', retryable: true });

    expect(run.current.status).toBe('error');
  });

  it('of an answer without an end is a lost connection', async () => {
    answers = [say({ type: 'sent' })];

    await expect(start()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

describe('several pictures', () => {
  const other = orderOf('a fox', { take: { ...ORDER.take, variant: 'take-2' } });

  it('are asked for at once and told together, in their order', async () => {
    const late = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<StreamEvent, void, undefined> {
      await late.promise;
      yield arrived;
    }
    answers = [slow(), say(arrived)];
    const results = start([ORDER, other]);
    await vi.waitFor(() => expect(signals).toHaveLength(2));
    late.resolve();

    expect((await results).map(({ order }) => order.take.variant)).toEqual([undefined, 'take-2']);
  });

  it('are those that came', async () => {
    answers = [say({ type: 'failed', problem: { reason: 'UPSTREAM_BROKEN', message: '' } }), say(arrived)];

    expect(await start([ORDER, other])).toHaveLength(1);
  });

  it('are a failure where none came, with the reason of the first', async () => {
    answers = [
      say({ type: 'failed', problem: { reason: 'DEADLINE', message: '' } }),
      say({ type: 'failed', problem: { reason: 'UPSTREAM_BROKEN', message: '' } }),
    ];

    await expect(start([ORDER, other])).rejects.toMatchObject({ code: 'DEADLINE' });
  });
});

describe('a request that is stopped', () => {
  it('before it was sent cost nothing', async () => {
    const waiting = run.start(() => new Promise(() => undefined), now, true);

    expect(run.cancel()).toBe('no');
    await Promise.race([waiting.catch(() => undefined), Promise.resolve()]);

    expect(run.current).toEqual({ status: 'idle', fact: 'stoppedUnsent' });
  });

  it('after it was sent may have cost, and is aborted', async () => {
    const results = start();
    await vi.waitFor(() => expect(states.at(-1)).toBe('generating drawing'));

    expect(run.cancel()).toBe('maybe');

    await expect(results).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(signals[0]?.aborted).toBe(true);
    expect(run.current).toEqual({ status: 'idle', fact: 'stopped' });
  });

  it('is not stopped twice', () => {
    expect(run.cancel()).toBeUndefined();
  });

  it('by a new one does not end the new one', async () => {
    const first = start();
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    answers = [say(arrived)];

    const second = start();

    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await second).toHaveLength(1);
  });

  it('goes back to the picture that is shown', async () => {
    hasPicture = true;
    const results = start();
    await vi.waitFor(() => expect(states.at(-1)).toBe('generating drawing'));
    run.cancel();
    await results.catch(() => undefined);

    expect(run.current).toEqual({ status: 'done', fact: 'stopped' });
  });
});

describe('an end without a picture', () => {
  it('is a refusal with its words', async () => {
    const refusal = { stage: 'output', reason: 'picture-blocked', words: 'No.', charged: 'no' } as const;
    answers = [say({ type: 'refused', refusal })];

    await expect(start()).rejects.toMatchObject({ code: 'REFUSED', message: 'No.' });

    expect(run.current).toEqual({ status: 'refused', refusal });
  });

  it.each([
    { reason: 'VISITOR_MINUTE', retryAfterMs: 42_000, state: { status: 'limited', since: 1e6, until: 1_042_000 } },
    { reason: 'VISITOR_DAY', retryAfterMs: 42_000, state: { status: 'exhausted', since: 1e6, until: 1_042_000 } },
    { reason: 'DAILY_BUDGET_SPENT', state: { status: 'exhausted', since: 1e6 } },
    { reason: 'OFFLINE', state: { status: 'offline' } },
    { reason: 'UPSTREAM_BROKEN', state: { status: 'error' } },
  ] as const)('of $reason is $state.status', async ({ state, ...told }) => {
    const problem = { message: '', ...told };
    answers = [say({ type: 'failed', problem })];

    await expect(start()).rejects.toMatchObject({ code: problem.reason });

    expect(run.current).toEqual({ ...state, problem });
  });

  it('that is nobody’s state rests, and goes on to the caller', async () => {
    const cause = new RangeError('A bug.');

    await expect(run.start(() => Promise.reject(cause), now, false)).rejects.toBe(cause);

    expect(run.current).toEqual({ status: 'idle' });
  });
});

describe('time', () => {
  it('is counted each second while something is made or waited for, and not otherwise', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    run.resume();
    const results = start();
    await Promise.resolve();
    states = [];

    vi.advanceTimersByTime(3000);
    expect(states.filter((state) => state === 'tick')).toHaveLength(3);
    run.cancel();
    await results.catch(() => undefined);

    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends a pause by itself, and sends nothing', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    run.resume();
    run.fail({ reason: 'BURST', message: '', retryAfterMs: 2000 });
    now += 2000;

    vi.advanceTimersByTime(1000);

    expect(run.current).toEqual({ status: 'idle', fact: 'limitOver' });
    expect(signals).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stands still out of the page', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    run.resume();
    const results = start();
    await Promise.resolve();

    run.pause();

    expect(vi.getTimerCount()).toBe(0);
    run.cancel();
    await results.catch(() => undefined);
  });
});

function options() {
  return {
    generate: () => () => answers.shift() ?? say(),
    openPicture: async () => ({ width: 1, height: 1 }),
    altOf: () => '',
    hasPicture: () => false,
    now: () => now,
    onChange: () => undefined,
    onTick: () => undefined,
    onRefused: () => undefined,
  };
}
