import { describe, expect, it } from 'vitest';
import type { KeyHealth } from '../../worker/providers/key-health.ts';
import { keyViewOf } from '../../worker/providers/key-view.ts';

const NOW = 1_000_000;
const fit: KeyHealth = { provider: 'google', key: 1, state: 'fit', since: 500 };

describe('the view of a key', () => {
  it.each<{ name: string; reports: KeyHealth[]; expected: object }>([
    { name: 'is ready where nothing was reported', reports: [], expected: { state: 'ready' } },
    { name: 'is ready since it works', reports: [fit], expected: { state: 'ready', since: 500 } },
    {
      name: 'is another key’s at another place',
      reports: [{ ...fit, key: 2, state: 'rests', trouble: 'key-invalid', until: NOW + 1 }],
      expected: { state: 'ready' },
    },
    {
      name: 'rests for one model until the provider’s day ends, however fit the key is',
      reports: [
        fit,
        { ...fit, model: 'pro', state: 'rests', since: 600, until: NOW + 5, trouble: 'day-quota', status: 429 },
      ],
      expected: { state: 'rests', since: 600, until: NOW + 5, why: 'day-quota', status: 429, model: 'pro' },
    },
    {
      name: 'is ready again once a rest is over',
      reports: [{ ...fit, state: 'rests', until: NOW - 5, trouble: 'rate' }],
      expected: { state: 'ready', since: NOW - 5 },
    },
    {
      name: 'stays stopped where only the owner can mend it, also after its rest',
      reports: [{ ...fit, state: 'rests', until: NOW - 5, trouble: 'key-invalid', status: 400 }],
      expected: { state: 'stopped', since: 500, why: 'key-invalid', status: 400 },
    },
    {
      name: 'is being tried behind an open breaker',
      reports: [{ ...fit, model: 'pro', state: 'open', until: NOW + 9, trouble: 'overloaded' }],
      expected: { state: 'trying', since: 500, until: NOW + 9, why: 'overloaded', model: 'pro' },
    },
    {
      name: 'is stopped with its whole provider',
      reports: [fit, { provider: 'google', state: 'rests', since: 7, until: NOW + 9, trouble: 'region' }],
      expected: { state: 'stopped', since: 7, why: 'region' },
    },
    {
      name: 'is stopped where the provider’s address has moved, which only its owner can mend',
      reports: [fit, { provider: 'google', state: 'rests', since: 7, until: NOW - 9, trouble: 'moved' }],
      expected: { state: 'stopped', since: 7, why: 'moved' },
    },
    {
      name: 'rests behind a firewall, and is asked again',
      reports: [fit, { provider: 'google', state: 'rests', since: 7, until: NOW + 9, trouble: 'wall' }],
      expected: { state: 'rests', since: 7, until: NOW + 9, why: 'wall' },
    },
    {
      name: 'does not suffer from a model that the provider lacks',
      reports: [fit, { provider: 'google', model: 'pro', state: 'rests', since: 7, trouble: 'model-missing' }],
      expected: { state: 'ready', since: 500 },
    },
  ])('$name', ({ reports, expected }) => {
    expect(keyViewOf(reports, 'google', 1, NOW)).toEqual(expected);
  });
});
