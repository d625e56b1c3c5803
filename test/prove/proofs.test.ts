/** The short version of each proof; `npm run prove` is the long one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROOFS } from './proofs.ts';
import { createStage, type Stage } from './stage.ts';

let stage: Stage;
const said: string[] = [];
beforeAll(async () => {
  stage = await createStage((line) => said.push(line));
});
afterAll(() => stage.close());

it.each([
  { name: 'crowd', behaviour: 'spends no micro-dollar past a cap, whatever the crowd' },
  {
    name: 'dear',
    behaviour: 'counts what providers charge over a hold at once, and nothing over a cap where they keep to it',
  },
  { name: 'identical', behaviour: 'pays once for a request that is asked many times at once' },
  { name: 'kill', behaviour: 'pays for nothing twice and loses no picture when its process is killed' },
  { name: 'missed', behaviour: 'asks what became of a killed run when the next caller misses its money' },
  { name: 'cut', behaviour: 'finds every picture whose bytes had left the provider, however its connection ended' },
  { name: 'stall', behaviour: 'lets no provider that falls silent cost another caller anything' },
  { name: 'hang', behaviour: 'ends every call that never answers, with a true word and no key locked' },
  { name: 'leave', behaviour: 'keeps the picture of a caller who left' },
  { name: 'pause', behaviour: 'stops paid work within five seconds of a pause, and nothing else' },
  { name: 'flood', behaviour: 'refuses a flood without calling a provider' },
  { name: 'references', behaviour: 'sends fourteen pictures up by their addresses, byte for byte' },
  { name: 'tickets', behaviour: 'accepts no ticket that was changed' },
  { name: 'sessions', behaviour: 'gives one ticket for a proof that is sent five times at once' },
  { name: 'networks', behaviour: 'gives all scripts of one network together what one network may have' },
  { name: 'outage', behaviour: 'serves visitors from a tenth of the day while Cloudflare cannot check their proofs' },
  { name: 'sites', behaviour: 'gives no site anything of another, and calls no object of another in a flood' },
  { name: 'strangers', behaviour: 'gives a script without a proof nothing, and with one what one ticket allows' },
])('$behaviour', { timeout: 240_000 }, async ({ name }) => {
  said.length = 0;

  const figures = await PROOFS[name]?.(stage, 'short');

  expect(
    figures?.filter(({ holds }) => !holds),
    said.join('\n'),
  ).toEqual([]);
});
