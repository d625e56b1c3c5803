import { expect, it } from 'vitest';
import { proofDownSignal } from '../../worker/alarms/proof-down.ts';

it('Turnstile counts as silent until a quarter of an hour after the last try', () => {
  const now = Date.UTC(2026, 10, 23, 14, 2);

  expect(proofDownSignal(now)).toEqual({
    ...{ name: 'proof_down', period: '2026-11-23T14', facts: { since: now } },
    closesAt: now + 15 * 60_000,
  });
});
