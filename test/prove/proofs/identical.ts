/**
 * Promise 3 (ARCHITECTURE.md#the-six-promises): a thousand identical requests at once, from four processes and in every
 * form, are paid for once, and all get the same picture.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { newPrompt } from '../ask.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import { readLedgers } from '../owner.ts';
import { paidCalls, type Stage } from '../stage.ts';
import type { Errand, Findings } from './identical-client.ts';

const CROWDS: Record<Effort, { processes: number; each: number; words: readonly string[] }> = {
  // Crowds before the answer, during the answer, and about when the picture is stored.
  full: { processes: 4, each: 250, words: ['[[delay:3000]]', '[[drip:300000]]', ''] },
  short: { processes: 2, each: 60, words: ['[[delay:500]]'] },
};

export async function proveIdentical(stage: Stage, effort: Effort): Promise<Figure[]> {
  const { processes, each, words } = CROWDS[effort];
  let [calls, pictures, charged] = [0, 0, 0];
  const others: string[] = [];
  for (const word of words) {
    await stage.withPeel({}, async (peel) => {
      const prompt = newPrompt(word);
      const errand: Errand = { url: peel.url, prompt, requests: each };
      const findings = await Promise.all(Array.from({ length: processes }, () => send(errand)));
      const all = findings.flat();
      calls += paidCalls(stage, prompt).length;
      pictures += new Set(all.map(({ picture }) => picture).filter(Boolean)).size;
      others.push(...all.filter(({ picture }) => !picture).map(({ status, reason }) => `(${status} ${reason})`));
      for (const { pictures: counted } of (await readLedgers(peel)).site.usage) charged += counted;
    });
    stage.say(`identical: ${processes * each} at once ${word}`);
  }
  const measuredOn = `${many(words.length, 'crowd')} of ${many(processes * each, 'identical request')} from ${processes} processes; JSON, SSE, inline and link`;
  return [
    {
      promise: 'Duplicate paid calls',
      figure: `${calls - words.length}`,
      measuredOn,
      holds: calls === words.length && charged === words.length,
    },
    {
      promise: 'Different pictures for one request',
      figure: `${pictures - words.length}`,
      measuredOn,
      holds: pictures === words.length,
    },
    {
      promise: 'Identical requests without a picture',
      figure: [others.length, ...new Set(others)].join(' '),
      measuredOn,
      holds: others.length === 0,
    },
  ];
}

async function send(errand: Errand): Promise<Findings> {
  const child = fork(new URL('identical-client.ts', import.meta.url).pathname, [JSON.stringify(errand)]);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`A client process ended with ${code}.`)));
  // The process also ends after its message.
  ended.catch(() => undefined);
  const [findings] = (await Promise.race([once(child, 'message'), ended])) as [Findings];
  return findings;
}
