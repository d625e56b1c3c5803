import { expect, it } from 'vitest';
import { checkWidget } from './bars.ts';
import type { WidgetFigures } from './figures.ts';
import { renderWidgetReport } from './report.ts';
import type { Shift } from './shift.ts';

const START = { usableMs: 80, blockingMs: 0, longestMs: 0, keyMs: 24, typingBlockingMs: 0 };
const AT_REST: Shift[] = [
  { place: 'page', sum: 0, moved: [] },
  { place: 'phone', sum: 0, moved: [] },
];
const NOTHING = { times: 20, nodes: 0, listeners: 0, detached: 0, heapBytes: 0 };

const GOOD: WidgetFigures = {
  upFront: { bytes: 19_000, scripts: 2, hosts: [] },
  bytesInAll: 60_000,
  starts: { studio: [START, { ...START, usableMs: 200 }, START], floor: [{ ...START, usableMs: 40 }] },
  arrivals: { reserved: AT_REST, snippet: AT_REST, bare: AT_REST, embed: AT_REST },
  visits: AT_REST,
  mounts: NOTHING,
  pictures: NOTHING,
  largePictures: [{ bytes: 24e6, width: 5504, height: 3072, longestMs: 60 }],
  firstPictures: [{ hurry: 'types for a second', none: [1000, 900, 1100], pow: [1200, 2500, 2400] }],
};

/** Names of the promises that are missed. */
const missed = (figures: Partial<WidgetFigures>): string[] =>
  checkWidget({ ...GOOD, ...figures })
    .filter(({ holds }) => !holds)
    .map(({ name }) => name);

it('all hold for an element that costs what it may', () => {
  expect(missed({})).toEqual([]);
});

it.each<{ what: Partial<WidgetFigures>; name: RegExp }>([
  { what: { upFront: { bytes: 20_001, scripts: 2, hosts: [] } }, name: /before the visitor acts, brotli/ },
  { what: { upFront: { bytes: 19_000, scripts: 2, hosts: ['https://fonts.example'] } }, name: /hosts/ },
  { what: { starts: { studio: [{ ...START, usableMs: 101 }], floor: GOOD.starts.floor } }, name: /usable/ },
  { what: { starts: { studio: [{ ...START, blockingMs: 1 }], floor: GOOD.starts.floor } }, name: /blocking/ },
  { what: { visits: [{ place: 'phone', sum: 0.0004, moved: [] }] }, name: /whole visit.*phone 0\.000/ },
  { what: { mounts: { ...NOTHING, listeners: 20 } }, name: /kept by each of 20 mounts \(0, 20 and 0 in all\)/ },
  { what: { pictures: { ...NOTHING, heapBytes: 41_000 } }, name: /heap kept by each of 20 mounts with a picture/ },
  {
    what: { firstPictures: [{ hurry: 'types for a second', none: [1000], pow: [2501] }] },
    name: /proof of work adds .* who types for a second \(1000 ms and 2501 ms\)/,
  },
])('a promise that is missed is named: $name', ({ what, name }) => {
  expect(missed(what)).toEqual([expect.stringMatching(name)]);
});

it('one template that stays is no growth', () => {
  expect(missed({ pictures: { ...NOTHING, nodes: 19 } })).toEqual([]);
});

it('is written beside the floor, with least and most', () => {
  const about = { date: '2026-11-29', machine: 'a machine', chromium: '156.0', isQuick: false };

  const report = renderWidgetReport(GOOD, checkWidget(GOOD), about);

  expect(report).toContain('| usable after the first statement of the script | 80 (80 to 200) | 40 (40 to 40) |');
  expect(report).toContain('| hosts but page and worker before the visitor acts | 0 | ≤ 0 | holds |');
});
