/** What a `Generation` forgets when the owner deletes a picture, and what it keeps. */
import { afterEach, describe, expect, it } from 'vitest';
import type { GenerationEvent, KeptUnder } from '../../worker/generation/job.ts';
import { emptyBucket, picture } from '../storage/pictures.ts';
import { answerOf, good, image, TEXT } from './answers.ts';
import { jobOf, onStage, type Stage, sends } from './generations.ts';

const DRAWN = () => good(answerOf([TEXT, image(picture(5000))]));
const DECLINED = () => good(answerOf([{ text: 'I would rather not.' }]));
const idOf = (n: number) => `b${String(n).padStart(32, '0')}`;
const { key, site } = jobOf();
const keptUnder = (id: string): KeptUnder => ({ id, key, site });
const manifestOf = (stage: Stage) => stage.manifests.get(site, key, stage.clock.now);
const startedIds = (events: GenerationEvent[]) =>
  events.flatMap((event) => (event.type === 'started' ? [event.id] : []));

afterEach(emptyBucket);

describe('a deleted picture', () => {
  it('leaves no manifest and no row, and the same request makes a new one', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN), sends(DRAWN));
      const { ask, machine, rows } = stage.start();
      await ask();
      await stage.settled();

      expect(await machine.erase(keptUnder(idOf(1)))).toBe(true);

      expect(await manifestOf(stage)).toBeUndefined();
      expect([rows.read(), rows.chunks(), stage.filled()]).toEqual([undefined, [], []]);
      expect(startedIds(await ask())).toEqual([idOf(2)]);
      await stage.settled();
      expect(await manifestOf(stage)).toMatchObject({ id: idOf(2) });
    }));

  it('may be deleted twice, and by an instance that has never seen it', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN));
      await stage.start().ask();
      await stage.settled();

      const { machine } = stage.start();

      expect([await machine.erase(keptUnder(idOf(1))), await machine.erase(keptUnder(idOf(1)))]).toEqual([true, true]);
      expect(await manifestOf(stage)).toBeUndefined();
      expect(stage.filled()).toEqual([]);
    }));

  it('of an earlier run takes nothing of the one after it', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN), sends(DRAWN));
      const { ask, machine, rows } = stage.start();
      await ask();
      await stage.settled();
      await stage.manifests.delete(site, key);
      await ask();
      await stage.settled();

      expect(await machine.erase(keptUnder(idOf(1)))).toBe(true);

      expect(await manifestOf(stage)).toMatchObject({ id: idOf(2) });
      expect(rows.read()).toMatchObject({ id: idOf(2), outcome: 'picture' });
    }));

  it('whose manifest or bytes R2 does not take yet is told by no row any more', () =>
    onStage(async (stage) => {
      stage.refused.add('put');
      stage.answers.push(sends(DRAWN));
      const pause = async () => {
        stage.clock.now += 60_000;
      };
      const { ask, machine, rows } = stage.start({ pause });
      await ask();
      await stage.settled();
      expect(stage.filled()).toContain('parked');
      // R2 takes the bytes, and not the manifest.
      await machine.recover();

      const isErased = await machine.erase(keptUnder(idOf(1)));

      // The ledger does not know its outcome yet, so it is asked for again later.
      expect([isErased, rows.read()?.state]).toEqual([false, 'dispatched']);
      stage.refused.clear();
      expect(await machine.erase(keptUnder(idOf(1)))).toBe(true);
      expect(stage.filled()).toEqual([]);
      expect(await manifestOf(stage)).toBeUndefined();
    }));

  it('takes the refusal that names it along, and leaves the others', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DECLINED), sends(DECLINED));
      const { ask, machine, rows } = stage.start();
      for (let times = 0; times < 2; times += 1) {
        await ask();
        await stage.settled();
        stage.clock.now += 1000;
      }

      await machine.erase(keptUnder(idOf(2)));

      expect(rows.refusalTimes()).toHaveLength(1);
      expect(rows.lastRefusal()).toMatchObject({ id: idOf(1) });
    }));
});

describe('a deletion', () => {
  it('waits for a run that goes on, and takes what it has made', () =>
    onStage(async (stage) => {
      const upstream = Promise.withResolvers<void>();
      stage.answers.push(
        sends(async () => {
          await upstream.promise;
          return DRAWN();
        }),
      );
      const { ask, machine } = stage.start();
      const asking = ask();

      const erasing = machine.erase(keptUnder(idOf(1)));
      upstream.resolve();

      expect(await erasing).toBe(true);
      expect(startedIds(await asking)).toEqual([idOf(1)]);
      expect(await manifestOf(stage)).toBeUndefined();
      expect(stage.filled()).toEqual([]);
    }));

  it('gives up on a run that goes on for too long, and touches nothing', () =>
    onStage(async (stage) => {
      const upstream = Promise.withResolvers<void>();
      stage.answers.push(
        sends(async () => {
          await upstream.promise;
          return DRAWN();
        }),
      );
      const { ask, machine } = stage.start({ pause: async () => undefined });
      const asking = ask();

      expect(await machine.erase(keptUnder(idOf(1)))).toBe(false);

      upstream.resolve();
      expect((await asking).at(-1)).toMatchObject({ type: 'done', kept: true });
      await stage.settled();
      expect(await manifestOf(stage)).toMatchObject({ id: idOf(1) });
    }));

  it('is waited for by a run that starts meanwhile, whose manifest stays', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN), sends(DRAWN));
      const isRead = Promise.withResolvers<void>();
      const mayGoOn = Promise.withResolvers<void>();
      const { ask, machine } = stage.start({
        manifests: {
          ...stage.manifests,
          async delete(...args) {
            isRead.resolve();
            await mayGoOn.promise;
            await stage.manifests.delete(...args);
          },
        },
      });
      await ask();
      await stage.settled();

      const erasing = machine.erase(keptUnder(idOf(1)));
      await isRead.promise;
      const asking = ask();
      await scheduler.wait(20);
      expect(stage.calls).toHaveLength(1);
      mayGoOn.resolve();

      expect(await erasing).toBe(true);
      expect(startedIds(await asking)).toEqual([idOf(2)]);
      await stage.settled();
      expect(await manifestOf(stage)).toMatchObject({ id: idOf(2) });
    }));

  it('that R2 fails touches no row, so that it can be asked for again', () =>
    onStage(async (stage) => {
      stage.answers.push(sends(DRAWN));
      const { ask, machine, rows } = stage.start();
      await ask();
      await stage.settled();
      stage.refused.add('delete');

      await expect(machine.erase(keptUnder(idOf(1)))).rejects.toThrow('10001');

      expect(rows.read()).toMatchObject({ id: idOf(1) });
      stage.refused.clear();
      expect(await machine.erase(keptUnder(idOf(1)))).toBe(true);
      expect(await manifestOf(stage)).toBeUndefined();
    }));
});
