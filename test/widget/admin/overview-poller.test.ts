import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeskApi } from '../../../widget/admin/api.ts';
import { OverviewPoller } from '../../../widget/admin/overview-poller.ts';
import { OVERVIEW } from './figures.ts';

let poller: OverviewPoller;
let asked: number;
let changed: number;
let answer: () => Promise<unknown>;

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  changed = 0;
  answer = async () => OVERVIEW;
  const getChanged = () => {
    asked++;
    return answer();
  };
  poller = new OverviewPoller({ api: { getChanged } as unknown as DeskApi, now: Date.now, onChange: () => changed++ });
});

afterEach(() => {
  poller.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const look = (isHidden: boolean) => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(isHidden);
  document.dispatchEvent(new Event('visibilitychange'));
};

describe('the poller of the overview', () => {
  it('are asked for every four seconds while somebody looks', async () => {
    poller.start();
    await pass(20_000);

    expect(asked).toBe(6);
  });

  it('come every half minute after ten minutes without input, and at once with the next', async () => {
    poller.start();
    await pass(600_000);
    const before = asked;
    await pass(300_000);
    expect(asked - before).toBeLessThanOrEqual(11);

    const idle = asked;
    dispatchEvent(new Event('keydown'));
    await pass(0);
    expect(asked).toBe(idle + 1);
  });

  it('are not asked for while the page is hidden, and at once when it is seen', async () => {
    poller.start();
    await pass(0);
    look(true);
    await pass(60_000);
    expect(asked).toBe(1);

    look(false);
    await pass(0);
    expect(asked).toBe(2);
  });

  it('are asked for at once after an action; what was on its way does not count', async () => {
    const slow = { ...OVERVIEW, made: 1 };
    answer = () => new Promise((resolve) => setTimeout(() => resolve(slow), 1000));
    poller.start();
    await pass(500);
    answer = async () => OVERVIEW;
    poller.ask();
    await pass(1000);

    expect(poller.overview).toBe(OVERVIEW);
  });

  it('are silent after fifteen seconds without an answer, and not while the page was hidden', async () => {
    poller.start();
    await pass(0);
    answer = () => Promise.reject(new TypeError('gone'));
    await pass(15_000);
    expect(poller.isStale).toBe(false);
    await pass(1);
    expect(poller.isStale).toBe(true);
    expect(poller.problem).not.toBe('');

    look(true);
    expect(poller.isStale).toBe(false);
  });

  it('of an idle page are silent with the first request that fails, and never between two that are answered', async () => {
    poller.start();
    await pass(600_000);
    for (let half = 0; half < 8; half++) {
      await pass(29_000);
      expect(poller.isStale).toBe(false);
    }
    answer = () => Promise.reject(new TypeError('gone'));
    await pass(30_000);
    expect(poller.isStale).toBe(true);
  });

  it('are asked for as soon as the browser says that it is offline', async () => {
    poller.start();
    await pass(640_000);
    const before = asked;
    answer = () => Promise.reject(new TypeError('gone'));
    dispatchEvent(new Event('offline'));
    await pass(0);
    expect(asked).toBe(before + 1);
    await pass(16_000);

    expect(poller.isStale).toBe(true);
  });

  it('stay where nothing has changed', async () => {
    poller.start();
    await pass(0);
    answer = async () => undefined;
    await pass(4000);

    expect(poller.overview).toBe(OVERVIEW);
    expect(changed).toBe(2);
  });
});
