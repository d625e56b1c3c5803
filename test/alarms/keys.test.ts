import { describe, expect, it } from 'vitest';
import { keySignals } from '../../worker/alarms/keys.ts';
import { textOf } from '../../worker/alarms/words.ts';
import { FAILURE_POLICIES } from '../../worker/providers/failure-policies.ts';
import type { KeyHealth } from '../../worker/providers/key-health.ts';
import { keyViewOf } from '../../worker/providers/key-view.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR_MS = 3_600_000;
const PROVIDERS = [
  { provider: 'google', count: 2 },
  { provider: 'fal', count: 1 },
];
const quota: KeyHealth = {
  ...{ provider: 'google', key: 2, model: 'gemini-3-pro-image', state: 'rests', trouble: 'day-quota', status: 429 },
  ...{ since: NOW, until: NOW + HOUR_MS },
};
const refused: KeyHealth = {
  ...{ provider: 'fal', key: 1, state: 'rests', trouble: 'key-invalid', status: 401 },
  ...{ since: NOW - HOUR_MS, until: NOW - 50 * 60_000 },
};
/** Those after which a key rests. */
const CLASSES = Object.entries(FAILURE_POLICIES).flatMap(([name, { rest }]) => (rest ? [name] : []));

const signals = (...health: KeyHealth[]) => keySignals(health, PROVIDERS, NOW);

describe('a key', () => {
  it('whose day’s quota is used up rests, and the alarm ends with the rest', () => {
    expect(signals(quota)).toEqual([
      {
        ...{ name: 'key_rests', subject: 'google 2', period: '2026-11-23', closesAt: NOW + HOUR_MS },
        facts: {
          ...{ provider: 'google', key: 2, model: 'gemini-3-pro-image', since: NOW, until: NOW + HOUR_MS },
          ...{ trouble: 'day-quota', why: 'its day’s quota is used up', status: 429, keysLeft: 2 },
        },
      },
    ]);
  });

  it('that was refused stays so until a call with it works, though its rest is over', () => {
    const [signal] = signals(refused);

    expect(signal).toMatchObject({ name: 'key_refused', subject: 'fal 1', facts: { keysLeft: 2 } });
    expect(signal?.closesAt).toBeUndefined();
    expect(signals({ ...refused, state: 'fit' })).toEqual([]);
  });

  it.each([
    ['rests for a minute', { ...quota, trouble: 'rate', until: NOW + 60_000 }],
    ['has rested', { ...quota, until: NOW }],
    ['is fit', { ...quota, state: 'fit' as const }],
    ['has a breaker open', { ...quota, state: 'open' as const, trouble: 'overloaded' }],
    ['is behind a firewall for a minute', { ...quota, trouble: 'wall', until: NOW + 60_000 }],
    ['was taken out of the configuration', { ...quota, key: 3 }],
    ['is of a provider that was taken out', { ...quota, provider: 'apiyi' as const }],
  ])('that %s rings nothing', (_, health) => {
    expect(signals(health)).toEqual([]);
  });

  it('counts as refused where one of its models rests and another is refused', () => {
    const leaked: KeyHealth = { provider: 'google', key: 2, state: 'rests', trouble: 'key-leaked', since: NOW };

    expect(signals(quota, leaked)).toMatchObject([{ name: 'key_refused', subject: 'google 2' }]);
  });
});

it('a model that a provider lacks is not the trouble of its keys', () => {
  const { key: _, ...missing } = { ...quota, trouble: 'model-missing' };

  expect(signals(missing)).toEqual([]);
});

it.each([...CLASSES])('of %s a key rings as refused if the desk has it stopped, and not otherwise', (trouble) => {
  const report: KeyHealth = { provider: 'fal', key: 1, state: 'rests', trouble, since: NOW, until: NOW + HOUR_MS };
  const isStopped = keyViewOf([report], 'fal', 1, NOW).state === 'stopped';

  expect(signals(report)[0]?.name).toBe(isStopped ? 'key_refused' : 'key_rests');
  // The rest is over, and nothing has worked since.
  expect(keySignals([report], PROVIDERS, NOW + 2 * HOUR_MS)).toHaveLength(isStopped ? 1 : 0);
});

it('a provider that has moved or refuses its place stops all of its keys', () => {
  const moved: KeyHealth = { provider: 'google', state: 'rests', trouble: 'moved', since: NOW, until: NOW + 60_000 };

  expect(signals(moved)).toMatchObject([{ name: 'key_refused', subject: 'google 1' }, { subject: 'google 2' }]);

  const region: KeyHealth = { provider: 'google', state: 'rests', trouble: 'region', since: NOW, until: NOW + HOUR_MS };

  expect(signals(region).map(({ subject }) => subject)).toEqual(['google 1', 'google 2']);
});

it('says who carries on, and that no key works', () => {
  const all: KeyHealth[] = [{ provider: 'google', state: 'rests', trouble: 'region', since: NOW }, refused];

  const [one] = signals(refused);
  expect(textOf(one!)).toBe(
    'fal key 1 was refused at 11:00 UTC: the provider does not know this key. 2 other keys carry on. Peel goes on asking it. Mend it at the provider, or replace it.',
  );
  expect(textOf(signals(...all)[0]!)).toContain(
    'No provider key works: visitors read that pictures cannot be made now.',
  );
});
