import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

const proofsAt = (name: string) => env.PROOFS.getByName(name);
const rowsOf = (name: string) =>
  runInDurableObject(proofsAt(name), (_, { storage }) => storage.sql.exec('SELECT id FROM used').toArray().length);

describe('the object of used proofs', () => {
  it('takes a proof once, of however many that come at the same time', async () => {
    const end = Date.now() + 900_000;

    const answers = await Promise.all(Array.from({ length: 50 }, () => proofsAt('at-once').use('a', end)));

    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('knows nothing of other sites', async () => {
    const end = Date.now() + 900_000;

    expect(await proofsAt('one').use('a', end)).toBe(true);
    expect(await proofsAt('two').use('a', end)).toBe(true);
  });

  it('deletes proofs after their end by its alarm, which rings again while any is left', async () => {
    const now = Date.now();
    await proofsAt('ends').use('past', now - 120_000);
    await proofsAt('ends').use('open', now + 900_000);

    expect(await runDurableObjectAlarm(proofsAt('ends'))).toBe(true);
    expect(await rowsOf('ends')).toBe(1);
    const next = await runInDurableObject(proofsAt('ends'), (_, { storage }) => storage.getAlarm());
    expect(next).toBeGreaterThan(now + 900_000);
  });

  it('rests when nothing is left', async () => {
    await proofsAt('empty').use('past', Date.now() - 120_000);

    expect(await runDurableObjectAlarm(proofsAt('empty'))).toBe(true);
    expect(await runDurableObjectAlarm(proofsAt('empty'))).toBe(false);
    expect(await proofsAt('empty').use('next', Date.now() + 900_000)).toBe(true);
    expect(await runDurableObjectAlarm(proofsAt('empty'))).toBe(true);
  });
});
