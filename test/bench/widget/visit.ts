/** Pages of a shop with a measured element, and what a browser tells about them. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import type { CDPSession, Page, Route } from 'playwright';
import { type Stage, type Studio, studioOf } from '../../e2e/studio-stage.ts';

export interface Measured {
  shifts: { at: number; value: number; moved: string }[];
  /** Tasks of 50 ms and more. */
  tasks: { at: number; ms: number }[];
  /** Durations of key presses, from the press to the frame that shows it; those under 16 ms are left out. */
  keys: number[];
  usableAt?: number;
}

export interface Visit extends AsyncDisposable {
  page: Page;
  studio: Studio;
  devtools: CDPSession;
  /** What was recorded so far. */
  read(): Promise<Measured>;
  /** When the first statement of the element's script ran. */
  scriptAt(): Promise<number>;
}

export interface VisitOptions {
  /** What stands on the page, between copy that must not move. */
  element: string;
  width?: number;
  height?: number;
  /** The processor is so many times slower. */
  slowdown?: number;
  /** Looks for the moment from which the field takes the focus. It takes it once, as a visitor would. */
  probe?: boolean;
  /** Holds the scripts back, so that the page is painted before the element comes, as on a real connection. */
  delayMs?: number;
  /** Nothing is recorded, which would take memory. */
  isUnwatched?: boolean;
}

const DELAY_MS = 400;
const FIRST_STATEMENT = 'bench-first-statement';

/** The rule of the snippet, which keeps the element's place. */
export const SNIPPET_RULE = `<style>
  peel-studio:not(:defined) { display: block; min-block-size: 31em }
  @media (min-width: 48em) { peel-studio:not(:defined) { min-block-size: 26em } }
</style>`;

const COPY = '<p>Copy of the page, which must not move when the element comes. It goes on for some lines. </p>'.repeat(
  3,
);

const pageAround = (element: string): string => `
  <link rel="icon" href="data:,">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <style>
    body { margin: 2rem; font: 16px/1.5 sans-serif; color: #111; background: #fff }
    @media (max-width: 500px) { body { margin: 1rem } }
  </style>
  <h1>A page</h1><p>Some words before the element.</p>
  ${element}
  <h2>After the element</h2>${COPY}`;

export const FLOOR = '<script type="module" src="/floor.js"></script><bench-floor data-measured></bench-floor>';

/** Makes the floor a script of the shop. */
export async function addFloor({ scripts }: Stage): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'floor.js')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  scripts.set('/floor.js', outputFiles[0]?.text ?? '');
}

/** Opens the page in a browser of its own, without cache. */
export async function visit(stage: Stage, options: VisitOptions): Promise<Visit> {
  const {
    element,
    width = 1280,
    height = 900,
    slowdown = 1,
    probe = false,
    delayMs = DELAY_MS,
    isUnwatched = false,
  } = options;
  const context = await stage.browser.newContext({ viewport: { width, height } });
  if (!isUnwatched) await context.addInitScript({ path: join(import.meta.dirname, 'watch.js') });
  if (probe) await context.addInitScript({ path: join(import.meta.dirname, 'usable.js') });
  await context.route(/\.js(\?|$)/, (route) => markStart(route, delayMs));
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.goto(`${stage.origin}/?${new URLSearchParams({ html: pageAround(element) })}`, { waitUntil: 'load' });
  return {
    page,
    devtools,
    studio: studioOf(page.locator('peel-studio').first()),
    read: () => page.evaluate('bench') as Promise<Measured>,
    scriptAt: () =>
      page.evaluate(`performance.getEntriesByName('${FIRST_STATEMENT}')[0]?.startTime`) as Promise<number>,
    async [Symbol.asyncDispose]() {
      // A script may still be held back.
      await context.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
    },
  };
}

async function markStart(route: Route, delayMs: number): Promise<void> {
  const [response] = await Promise.all([route.fetch(), sleep(delayMs)]);
  await route.fulfill({ response, body: `performance.mark('${FIRST_STATEMENT}');${await response.text()}` });
}

/** What tasks take beyond 50 ms, from a time on. */
export const blockingOf = ({ tasks }: Measured, from: number): number =>
  tasks.filter(({ at, ms }) => at + ms > from).reduce((sum, { ms }) => sum + Math.max(0, ms - 50), 0);

/** The longest task from a time on, in milliseconds; 0 if all are shorter than 50. */
export const longestOf = ({ tasks }: Measured, from: number): number =>
  tasks.filter(({ at, ms }) => at + ms > from).reduce((longest, { ms }) => Math.max(longest, ms), 0);

/** The sum of all shifts, which is stricter than the browser's CLS: that is the worst five seconds. */
export const shiftOf = ({ shifts }: Measured): number => shifts.reduce((sum, { value }) => sum + value, 0);
