import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clearRunning, readRunning, saveRunning } from '../../../widget/thread/running.ts';
import { createTakes } from '../../../widget/thread/takes.ts';
import { orderOf, reference } from './turns.ts';

const KEY = 'peel:running:https://worker.example:default:0';
const NOW = 1_764_000_000_000;
const HOUR = 3_600_000;
const ORDER = orderOf('a fox', { references: [reference('one')], from: 'noon' });
const RUNNING = { orders: [ORDER], startedAt: NOW };

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** As in another tab of the browser. */
const openOtherTab = () => sessionStorage.clear();

describe('the running request', () => {
  it('is there after a reload, with all that is needed to send it again', () => {
    expect(saveRunning(KEY, RUNNING)).toBe(true);

    expect(readRunning(KEY, NOW + 1000)).toEqual(RUNNING);
  });

  it('is gone at its end', () => {
    saveRunning(KEY, RUNNING, true);
    clearRunning(KEY);

    expect(readRunning(KEY, NOW, true)).toBeUndefined();
    expect(sessionStorage.length + localStorage.length).toBe(0);
  });

  it('is at most an hour old, and not of the future', () => {
    saveRunning(KEY, RUNNING, true);

    expect(readRunning(KEY, NOW + HOUR - 1)).toBeDefined();
    expect(readRunning(KEY, NOW + HOUR, true)).toBeUndefined();
    expect(sessionStorage.length + localStorage.length).toBe(0);
    saveRunning(KEY, { ...RUNNING, startedAt: NOW + 2 * HOUR });
    expect(readRunning(KEY, NOW)).toBeUndefined();
  });

  it('is another tab’s only where the pictures are kept in the browser', () => {
    saveRunning(KEY, RUNNING);
    openOtherTab();
    expect(readRunning(KEY, NOW, true)).toBeUndefined();

    saveRunning(KEY, RUNNING, true);
    openOtherTab();
    expect(readRunning(KEY, NOW)).toBeUndefined();
    expect(readRunning(KEY, NOW, true)).toEqual(RUNNING);
  });

  it('is not ended by a tab that had an older one', () => {
    saveRunning(KEY, RUNNING, true);
    const older = sessionStorage.getItem(KEY) ?? '';
    openOtherTab();
    saveRunning(KEY, { ...RUNNING, startedAt: NOW + 1 }, true);
    sessionStorage.setItem(KEY, older);

    clearRunning(KEY);

    expect(readRunning(KEY, NOW, true)?.startedAt).toBe(NOW + 1);
  });

  it('is another element’s under another key', () => {
    saveRunning(KEY, RUNNING);

    expect(readRunning(`${KEY}1`, NOW)).toBeUndefined();
  });

  it.each([
    ['text', 'a fox'],
    ['half of JSON', '{"version":1,'],
    ['an older version', JSON.stringify({ version: 0, ...RUNNING })],
    ['no orders', JSON.stringify({ version: 1, orders: [], startedAt: NOW })],
    [
      'an order without words',
      JSON.stringify({ version: 1, orders: [{ ...ORDER, prompt: undefined }], startedAt: NOW }),
    ],
  ])('is nothing where the store has %s', (_, text) => {
    sessionStorage.setItem(KEY, text);

    expect(readRunning(KEY, NOW)).toBeUndefined();
  });

  it('is not kept where storage is forbidden or full, and nothing is thrown', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(saveRunning(KEY, RUNNING, true)).toBe(false);

    for (const area of ['sessionStorage', 'localStorage']) {
      vi.spyOn(window, area as 'sessionStorage', 'get').mockImplementation(() => {
        throw new DOMException('forbidden', 'SecurityError');
      });
    }
    expect(saveRunning(KEY, RUNNING, true)).toBe(false);
    expect(readRunning(KEY, NOW, true)).toBeUndefined();
    expect(() => clearRunning(KEY)).not.toThrow();
  });
});

describe('takes', () => {
  const { take } = ORDER;
  const other = orderOf('a crow').take;

  it('are counted for each request', () => {
    const takes = createTakes();

    expect([take, other, take].map((each) => takes.next(each).variant)).toEqual(['take-2', 'take-2', 'take-3']);
  });

  it('go on after a reload, and hold no words', () => {
    createTakes('peel:takes').next(take);

    expect(createTakes('peel:takes').next(take).variant).toBe('take-3');
    expect(sessionStorage.getItem('peel:takes')).not.toContain('fox');
  });

  it('go on after those of kept pictures', () => {
    const takes = createTakes();
    takes.note({ ...take, variant: 'take-7' });
    takes.note({ ...take, variant: 'take-4' });
    takes.note(take);

    expect(takes.next(take).variant).toBe('take-8');
  });

  it('begin anew where the store has something else', () => {
    sessionStorage.setItem('peel:takes', '{"r1":"many","r2":{}}');

    expect(createTakes('peel:takes').next(take).variant).toBe('take-2');
  });

  it('forget the oldest of many requests', () => {
    const takes = createTakes('peel:takes');
    for (let at = 0; at < 300; at++) takes.next(orderOf(`a fox ${at}`).take);

    expect(takes.next(orderOf('a fox 299').take).variant).toBe('take-3');
    expect(takes.next(orderOf('a fox 0').take).variant).toBe('take-2');
    expect(Object.keys(JSON.parse(sessionStorage.getItem('peel:takes') ?? '{}'))).toHaveLength(200);
  });
});
