/**
 * `npm run prove`: checks the promises about money and pictures against the deployed worker in workerd, from outside.
 * Takes about 50 minutes on two cores, prints figures with their counts, and ends with 1 when a promise is broken.
 *
 * `--write` writes the table into `docs/proofs.md`; `--quick` runs the proofs as `npm test` does; `--only crowd,kill`
 * runs some.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../bench/bundle.ts';
import { insertReport } from '../bench/report.ts';
import { type Effort, type Figure, renderFigures } from './figures.ts';
import { PROOFS } from './proofs.ts';
import { proveInterleavings } from './simulation/run.ts';
import { createStage } from './stage.ts';

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const effort: Effort = flags.quick ? 'short' : 'full';
const startedAt = performance.now();
const say = (line: string): void => {
  console.error(`${((performance.now() - startedAt) / 1000).toFixed().padStart(5)} s  ${line}`);
};

const chosen = flags.only?.split(',') ?? ['simulation', ...Object.keys(PROOFS)];
const unknown = chosen.filter((name) => name !== 'simulation' && !PROOFS[name]);
if (unknown.length > 0) throw new Error(`There is no proof called ${unknown.join(', ')}.`);

const figures: Figure[] = [];
if (chosen.includes('simulation')) {
  say('simulation');
  figures.push(...(await proveInterleavings(effort)));
}

const stage = await createStage(say);
try {
  for (const name of chosen) figures.push(...((await PROOFS[name]?.(stage, effort)) ?? []));
} finally {
  await stage.close();
}

const table = renderFigures(figures);
console.log(table);
if (flags.write) {
  const page = join(ROOT, 'docs/proofs.md');
  writeFileSync(page, insertReport(readFileSync(page, 'utf8'), table, 'prove'));
}
if (figures.some(({ holds }) => !holds)) process.exitCode = 1;
say('done');
