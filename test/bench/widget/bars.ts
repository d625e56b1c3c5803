/** The promises of the element to the page that embeds it. */
import type { Bar } from '../bars.ts';
import { median } from '../stats.ts';
import type { WidgetFigures } from './figures.ts';
import type { FirstPictures } from './first-picture.ts';
import type { Growth } from './memory.ts';
import type { Shift } from './shift.ts';
import type { Start } from './start.ts';

const KB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`;
const ms = (value: number): string => `${value.toFixed(0)} ms`;

const bar = (name: string, value: number, limit: number, format: (value: number) => string): Bar => ({
  name,
  figure: format(value),
  limit: `≤ ${format(limit)}`,
  holds: value <= limit,
});

/** Every byte is the visitor's: what comes before they act, and all that could come. */
const UP_FRONT_BYTES = 20_000;
const IN_ALL_BYTES = 70_000;
/** Without a rule the place cannot be kept: the browser does not know the element yet. */
const SHIFT = { reserved: 0, bare: 0.01, visit: 0 };
const USABLE = 2.5;
const KEY_MS = 32;
const LARGE_PICTURE_MS = 100;
const HEAP_PER_MOUNT = 2000;
const PROOF_MS = 1500;

export function checkWidget(figures: WidgetFigures): Bar[] {
  const { upFront, bytesInAll, starts, arrivals, visits, mounts, pictures, largePictures, firstPictures } = figures;
  const of = (all: readonly Start[], name: keyof Start): number => median(all.map((start) => start[name]));
  const [usable, floor] = [of(starts.studio, 'usableMs'), of(starts.floor, 'usableMs')];
  return [
    bar(`script before the visitor acts, brotli 11 (${upFront.scripts} files)`, upFront.bytes, UP_FRONT_BYTES, KB),
    bar('all of it without translations, brotli 11', bytesInAll, IN_ALL_BYTES, KB),
    bar('hosts but page and worker before the visitor acts', upFront.hosts.length, 0, String),
    bar(
      `usable after the first statement, against a Lit element of 20 lines (${ms(usable)} and ${ms(floor)})`,
      usable / floor,
      USABLE,
      (value) => `${value.toFixed(2)}×`,
    ),
    bar('total blocking time until it has settled', of(starts.studio, 'blockingMs'), 0, ms),
    bar('slowest key press', of(starts.studio, 'keyMs'), KEY_MS, ms),
    shiftBar('layout shift when it comes, with a rule that keeps its place', arrivals.reserved, SHIFT.reserved),
    shiftBar('layout shift when it comes, without a rule', arrivals.bare, SHIFT.bare),
    shiftBar('layout shift of a whole visit with two pictures', visits, SHIFT.visit),
    ...growthBars('mounts', mounts),
    ...growthBars('mounts with a picture', pictures),
    bar(
      `longest task while a picture of 4K arrives (${(median(largePictures.map(({ bytes }) => bytes)) / 1e6).toFixed(1)} MB)`,
      median(largePictures.map(({ longestMs }) => longestMs)),
      LARGE_PICTURE_MS,
      ms,
    ),
    ...firstPictures.map(proofBar),
  ];
}

function proofBar({ hurry, none, pow }: FirstPictures): Bar {
  const [without, proved] = [median(none), median(pow)];
  const name = `what a proof of work adds to the first picture of a visitor who ${hurry} (${ms(without)} and ${ms(proved)})`;
  return bar(name, Math.max(0, proved - without), PROOF_MS, ms);
}

/** The worst place counts. */
function shiftBar(name: string, shifts: readonly Shift[], limit: number): Bar {
  const worst = Math.max(...shifts.map(({ sum }) => sum));
  const all = shifts.map(({ place, sum }) => `${place} ${sum.toFixed(3)}`).join(', ');
  return { ...bar(`${name} (${all})`, worst, limit, (value) => value.toFixed(3)), holds: worst <= limit };
}

/** A template that is drawn for the first time stays, so less than one node for each mount is none. */
function growthBars(what: string, { times, nodes, listeners, detached, heapBytes }: Growth): Bar[] {
  const kept = [nodes, listeners, detached].map((count) => Math.max(0, Math.trunc(count / times)));
  return [
    bar(
      `nodes, listeners and detached nodes kept by each of ${times} ${what} (${nodes}, ${listeners} and ${detached} in all)`,
      Math.max(...kept),
      0,
      String,
    ),
    bar(`heap kept by each of ${times} ${what}`, heapBytes / times, HEAP_PER_MOUNT, KB),
  ];
}
