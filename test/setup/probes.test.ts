import { expect, it } from 'vitest';
import { createProbes, REMEMBERED_MS } from '../../worker/setup/probes.ts';

function setUp() {
  let now = 0;
  const asked: string[] = [];
  const logged: string[] = [];
  const calls: Record<string, () => Promise<unknown>> = {
    KV: async () => void asked.push('KV'),
    R2: async () => {
      asked.push('R2');
      throw new Error('the bucket is missing');
    },
  };
  const probe = createProbes({
    calls,
    now: () => now,
    // What hangs is given up at once.
    pause: async () => undefined,
    log: (event) => void logged.push(event),
  });
  return { probe, calls, asked, logged, pass: (ms: number) => (now += ms) };
}

it('a binding that answers is remembered for a minute, and one that fails is asked again', async () => {
  const { probe, asked, logged, pass } = setUp();

  const first = await probe();
  await probe();
  pass(REMEMBERED_MS);
  await probe();

  expect(first).toEqual([
    { binding: 'KV', ok: true, ms: 0 },
    { binding: 'R2', ok: false, ms: 0, problem: 'the bucket is missing' },
  ]);
  expect(asked).toEqual(['KV', 'R2', 'R2', 'KV', 'R2']);
  expect(logged).toEqual(['binding_unreachable', 'binding_unreachable', 'binding_unreachable']);
});

it('a binding that hangs is given up', async () => {
  const { probe, calls } = setUp();
  calls.KV = () => new Promise(() => undefined);

  expect((await probe())[0]).toMatchObject({ ok: false, problem: 'no answer within 4 s' });
});
