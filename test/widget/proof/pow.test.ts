import { afterEach, expect, it, vi } from 'vitest';
import { solve } from '../../../widget/proof/pow.ts';
import type { Proof } from '../../../worker/protocol.ts';

const CHALLENGE: Proof = { kind: 'pow', nonce: 'nonce', algorithm: 'SHA-256', difficulty: 12 };
/** More than a test has time for. */
const ENDLESS: Proof = { ...CHALLENGE, difficulty: 20 };

const never = () => new AbortController().signal;

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** As on a page whose policy allows no workers. */
function forbidWorkers() {
  vi.stubGlobal(
    'Worker',
    class {
      constructor() {
        throw new DOMException('The policy forbids it.', 'SecurityError');
      }
    },
  );
}

it.each([
  { cores: 1, workers: 1 },
  { cores: 4, workers: 2 },
  { cores: 6, workers: 2 },
  { cores: 32, workers: 4 },
])('leaves the page’s own thread alone: with $cores cores there are $workers workers', async ({ cores, workers }) => {
  vi.spyOn(navigator, 'hardwareConcurrency', 'get').mockReturnValue(cores);
  const started = vi.spyOn(globalThis, 'Worker');
  const pauses = vi.spyOn(globalThis, 'MessageChannel');

  expect((await solve(CHALLENGE, never()))?.split('.')).toHaveLength(16);
  expect(started).toHaveBeenCalledTimes(workers);
  expect(pauses).not.toHaveBeenCalled();
});

it('finds the same without a worker, in slices between which the page goes on', async () => {
  const beside = await solve(CHALLENGE, never());
  forbidWorkers();
  // Each look at the clock is a hundred hashes at most, and a slice has eight of these milliseconds.
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now++);
  const pauses = vi.spyOn(globalThis, 'MessageChannel');

  expect(await solve(CHALLENGE, never())).toBe(beside);

  expect(pauses.mock.calls.length).toBeGreaterThan(now / 10 - 2);
  expect(pauses.mock.calls.length).toBeGreaterThan(50);
});

it.each([
  { name: 'in a worker', prepare: () => undefined },
  { name: 'on the page’s own thread', prepare: forbidWorkers },
])('stops $name when it is not needed any more', async ({ prepare }) => {
  prepare();
  const abort = new AbortController();
  const solving = solve(ENDLESS, abort.signal);
  setTimeout(() => abort.abort(new Error('Left the page.')), 50);

  await expect(solving).rejects.toThrow('Left the page.');
});

it.each([
  { name: 'another algorithm', challenge: { ...CHALLENGE, algorithm: 'SHA-512' } },
  { name: 'more work than any worker asks for', challenge: { ...CHALLENGE, difficulty: 40 } },
  { name: 'a difficulty that is no number', challenge: { ...CHALLENGE, difficulty: Number.NaN } },
])('does not try $name', async ({ challenge }) => {
  expect(await solve(challenge, never())).toBeUndefined();
});
