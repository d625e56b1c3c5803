/** The element's part of the benchmark: a deployment with the demo provider, a shop's page, and a browser. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { buildWorker } from '../../../scripts/build/worker.ts';
import { startStage } from '../../e2e/studio-stage.ts';
import type { Bar } from '../bars.ts';
import { ROOT } from '../bundle.ts';
import { insertReport } from '../report.ts';
import { checkWidget } from './bars.ts';
import { FULL, measureWidget, QUICK } from './figures.ts';
import { renderWidgetReport, type WidgetCircumstances } from './report.ts';

export interface WidgetRun {
  date: string;
  machine: string;
  isQuick: boolean;
  say: (line: string) => void;
}

/** Prints the table, and writes it into `docs/benchmarks.md` unless it is a quick one. */
export async function runWidget({ say, ...run }: WidgetRun): Promise<Bar[]> {
  await build({
    root: join(ROOT, 'widget/playground'),
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'warn',
  });
  await buildWorker();
  const [stage, unproven] = await Promise.all([startStage(), startStage({ SITE_PROOF: 'none' })]);
  say('the workers are up');
  try {
    const figures = await measureWidget(stage, unproven, run.isQuick ? QUICK : FULL, say);
    const about: WidgetCircumstances = { ...run, chromium: stage.browser.version() };
    const bars = checkWidget(figures);
    const report = renderWidgetReport(figures, bars, about);
    console.log(report);
    const results = join(ROOT, 'test/bench/results');
    mkdirSync(results, { recursive: true });
    writeFileSync(
      join(results, `${run.date}-widget${run.isQuick ? '-quick' : ''}.json`),
      `${JSON.stringify({ about, figures, bars }, null, 2)}\n`,
    );
    if (!run.isQuick) {
      const page = join(ROOT, 'docs/benchmarks.md');
      writeFileSync(page, insertReport(readFileSync(page, 'utf8'), report, 'widget'));
    }
    return bars;
  } finally {
    await Promise.all([stage.close(), unproven.close()]);
  }
}
