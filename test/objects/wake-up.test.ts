import { expect, it } from 'vitest';
import { createWakeUp } from '../../worker/objects/wake-up.ts';

/** @param set When the object is woken, as its storage has it. */
function open(set: number | null = null) {
  const times: number[] = [];
  const held: Promise<unknown>[] = [];
  const storage = {
    getAlarm: async () => set,
    setAlarm: async (at: number | Date) => void times.push(Number(at)),
  };
  const wakeUp = createWakeUp(storage, (promise) => held.push(promise));
  return { wakeUp, times, held };
}

it('of several times the earliest counts, until the object was woken', async () => {
  const { wakeUp, times } = open();

  for (const at of [300, 400, 200]) await wakeUp.at(at);
  expect(times).toEqual([300, 200]);
  wakeUp.woken();
  await wakeUp.at(500);

  expect(times).toEqual([300, 200, 500]);
});

it.each([
  { name: 'sets the first time where none is set, and looks once', set: null, expected: [100] },
  { name: 'sets none where one is set', set: 90, expected: [] },
])('$name', async ({ set, expected }) => {
  const { wakeUp, times, held } = open(set);

  wakeUp.ensure(() => 100);
  wakeUp.ensure(() => 50);
  await Promise.all(held);

  expect(times).toEqual(expected);
});
