/** How much longer a visitor waits for the first picture because the site asks for a proof of work. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../../e2e/studio-stage.ts';
import { SLOWDOWN } from './start.ts';
import { visit } from './visit.ts';

/** What a visitor does between the first act and the press. */
const HURRIES = [
  'types for a second',
  'pastes and presses at once',
  'pastes and presses at once where the page allows no workers',
] as const;
type Hurry = (typeof HURRIES)[number];

/** Milliseconds from the first act to the picture, with and without a proof. */
export interface FirstPictures {
  hurry: Hurry;
  none: number[];
  pow: number[];
}

/** Before the visitor acts. */
const SETTLE_MS = 700;
const KEY_MS = 50;

/** @param stages Deployments that differ in their proof. They take turns, so that a busy machine is busy for both. */
export async function measureFirstPictures(
  stages: { none: Stage; pow: Stage },
  runs: number,
  say: (line: string) => void,
): Promise<FirstPictures[]> {
  const all: FirstPictures[] = [];
  for (const hurry of HURRIES) {
    const times: FirstPictures = { hurry, none: [], pow: [] };
    for (let run = 1; run <= runs; run += 1) {
      // The same words would find the picture that was made before.
      const words = `a fox ${run} ${HURRIES.indexOf(hurry)}`;
      times.none.push(await measure(stages.none, hurry, words));
      times.pow.push(await measure(stages.pow, hurry, words));
      say(`first picture, ${hurry}, ${run} of ${runs}`);
    }
    all.push(times);
  }
  return all;
}

async function measure(stage: Stage, hurry: Hurry, words: string): Promise<number> {
  await using first = await visit(stage, { element: stage.tag(), slowdown: SLOWDOWN, delayMs: 0, isUnwatched: true });
  const { page, studio } = first;
  await studio.part('submit').waitFor();
  await page.evaluate(`
    ${hurry.includes('no workers') ? 'delete globalThis.Worker;' : ''}
    const studio = document.querySelector('peel-studio');
    studio.addEventListener('focusin', () => { globalThis.actedAt ??= performance.now(); });
    studio.addEventListener('peel-result', () => { globalThis.shownAt = performance.now(); });
  `);
  await sleep(SETTLE_MS);
  await studio.prompt.click();
  if (hurry === 'types for a second') await page.keyboard.type(words.padEnd(20, ' and so on'), { delay: KEY_MS });
  else await page.keyboard.insertText(words);
  await studio.part('submit').click();
  await studio.next('');
  return (await page.evaluate('shownAt - actedAt')) as number;
}
