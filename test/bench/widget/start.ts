/** What the element costs a page while it starts, beside the least that an element with a field can cost. */

import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Stage } from '../../e2e/studio-stage.ts';
import { blockingOf, FLOOR, longestOf, visit } from './visit.ts';

/** As a phone of the lower middle class. */
export const SLOWDOWN = 4;
/** A facade that loads more by itself does it in this time. */
const SETTLE_MS = 2000;

export interface Start {
  /** From the first statement of the script to the end of the first frame whose field takes the focus. */
  usableMs: number;
  /** Until the page has settled, without any input. */
  blockingMs: number;
  longestMs: number;
  /** The slowest key press of some words; 0 if all were shown within a frame. */
  keyMs: number;
  /** Blocking time while the visitor focuses the field and types, when the element loads what a picture needs. */
  typingBlockingMs: number;
}

export interface Starts {
  studio: Start[];
  floor: Start[];
}

/** Measures both in turn, so that a busy machine is busy for both. */
export async function measureStarts(stage: Stage, runs: number, say: (line: string) => void): Promise<Starts> {
  const starts: Starts = { studio: [], floor: [] };
  const studio = stage.tag('data-measured');
  for (let run = 1; run <= runs; run += 1) {
    starts.floor.push(await measureStart(stage, FLOOR));
    starts.studio.push(await measureStart(stage, studio));
    say(`start, ${run} of ${runs}`);
  }
  return starts;
}

async function measureStart(stage: Stage, element: string): Promise<Start> {
  const quiet = await measureQuiet(stage, element);
  await using probed = await visit(stage, { element, slowdown: SLOWDOWN, probe: true });
  await probed.page.waitForFunction('bench.usableAt');
  const usableMs = ((await probed.read()).usableAt ?? Number.NaN) - (await probed.scriptAt());
  return { ...quiet, usableMs, ...(await measureTyping(stage, element)) };
}

async function measureQuiet(stage: Stage, element: string): Promise<Pick<Start, 'blockingMs' | 'longestMs'>> {
  await using quiet = await visit(stage, { element, slowdown: SLOWDOWN });
  await sleep(SETTLE_MS);
  const [measured, from] = [await quiet.read(), await quiet.scriptAt()];
  return { blockingMs: blockingOf(measured, from), longestMs: longestOf(measured, from) };
}

/** A visitor presses into the field and begins to type at once. */
async function measureTyping(stage: Stage, element: string): Promise<Pick<Start, 'keyMs' | 'typingBlockingMs'>> {
  await using typed = await visit(stage, { element, slowdown: SLOWDOWN });
  await sleep(SETTLE_MS);
  const from = (await typed.page.evaluate('performance.now()')) as number;
  await typed.page.locator('textarea').first().click();
  await typed.page.keyboard.type('a red fox asleep in a teacup', { delay: 60 });
  await sleep(300);
  const measured = await typed.read();
  return { keyMs: Math.max(0, ...measured.keys), typingBlockingMs: blockingOf(measured, from) };
}

export interface UpFront {
  /** Every script that comes without any input, brotli 11. */
  bytes: number;
  scripts: number;
  /** Hosts but for those of page and worker. */
  hosts: string[];
}

/** What an element in view fetches before its visitor does anything. */
export async function measureUpFront(stage: Stage): Promise<UpFront> {
  const context = await stage.browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const hosts = new Set<string>();
  const bodies: Promise<Buffer>[] = [];
  page.on('request', (request) => {
    if (/^https?:/.test(request.url())) hosts.add(new URL(request.url()).origin);
  });
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') bodies.push(response.body());
  });
  await page.goto(`${stage.origin}/?${new URLSearchParams({ html: stage.tag() })}`, { waitUntil: 'load' });
  await sleep(SETTLE_MS);
  const sizes = (await Promise.all(bodies)).map(brotliSize);
  await context.close();
  return {
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    scripts: sizes.length,
    hosts: [...hosts].filter((host) => host !== stage.origin && host !== stage.peel.url),
  };
}

/** As the edge compresses it at best. */
const brotliSize = (body: Buffer): number =>
  brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
