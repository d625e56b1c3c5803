/** Writes the tables of `docs/costs.md` and the table's own file. */
import { insertReport } from '../bench/report.ts';
import { type Counts, type Table, type Tally, totalOf, tripCount } from './counts.ts';
import { dollarsPerThousand, type Wall, wallsOf } from './prices.ts';

/** The picture of a visitor's, as the widget asks for it. */
const PICTURE = ['miss SSE link, visitor (the widget)'];
/** All that a visitor sends who opens a page, draws once and sees the picture. */
const VISIT = ['site, again', 'session, proof of work', ...PICTURE, 'picture'];

export interface Walls {
  picture: Wall[];
  visit: Wall[];
}

const lineOf = (table: Table, name: string): Counts => {
  const counts = table[name];
  if (!counts) throw new Error(`The table has no line for ${name}.`);
  return counts;
};

/** The free plan's walls for a visitor's picture, and for a whole visit with one. */
export const freeWalls = (table: Table): Walls => ({
  picture: wallsOf(PICTURE.map((name) => lineOf(table, name))),
  visit: wallsOf(VISIT.map((name) => lineOf(table, name))),
});

const COLUMNS: readonly (readonly [title: string, value: (counts: Counts) => number | string])[] = [
  ['trips before', ({ before }) => tripCount(before)],
  ['trips after', ({ after }) => tripCount(after)],
  ['R2 A', ({ r2A }) => r2A],
  ['R2 B', ({ r2B }) => r2B],
  ['KV read', ({ kvReads }) => kvReads],
  ['KV written', ({ kvWrites }) => kvWrites],
  ['object requests', ({ objects }) => totalOf(objects)],
  ['rows read', ({ rowsRead }) => totalOf(rowsRead)],
  ['rows written', ({ rowsWritten }) => totalOf(rowsWritten)],
  ['syncs', ({ syncs }) => syncs],
  ['alarms', ({ alarms }) => alarms],
  ['$ per 1,000', (counts) => dollarsPerThousand(counts).toFixed(4)],
];

/** One value, or both with an arrow between where they differ. */
const change = (before: string, now: string): string => (before === now ? now : `${before} → **${now}**`);

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function renderCounts(before: Table, now: Table): string {
  return [
    row(['Kind', ...COLUMNS.map(([title]) => title)]),
    `|---|${'--:|'.repeat(COLUMNS.length)}`,
    ...Object.entries(now).map(([kind, counts]) =>
      row([kind, ...COLUMNS.map(([, value]) => change(String(value(before[kind] ?? counts)), String(value(counts))))]),
    ),
  ].join('\n');
}

const inCode = (text: string): string => (text === '' ? '–' : `\`${text}\``);
const tripsOf = ({ before, after, providerCalls }: Counts): string =>
  providerCalls > 0 || after !== '' ? `${inCode(before)}, provider, ${inCode(after)}` : inCode(before);
const listOf = (tally: Tally): string =>
  Object.entries(tally)
    .map(([name, count]) => (count === 1 ? name : `${count} × ${name}`))
    .join(', ') || '–';
const shareOf = (tally: Tally): string =>
  Object.entries(tally)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || '–';

function renderTrips(before: Table, now: Table): string {
  return [
    '| Kind | Trips in a row, before | Trips in a row, now | Requests to objects, now | Rows written, now |',
    '|---|---|---|---|---|',
    ...Object.entries(now).map(([kind, counts]) => {
      const old = before[kind];
      const is = tripsOf(counts);
      // A kind that was not counted then.
      const was = old ? tripsOf(old) : '–';
      return row([kind, was, was === is ? 'the same' : is, listOf(counts.objects), shareOf(counts.rowsWritten)]);
    }),
  ].join('\n');
}

const whole = (value: number): string => Math.floor(value).toLocaleString('en-US');

function renderWalls(before: Table, now: Table): string {
  const walls = freeWalls(now);
  const were = freeWalls(before);
  const fits = (list: readonly Wall[], name: string) => {
    const wall = list.find((each) => each.name === name);
    return wall ? whole(wall.fits) : 'no wall';
  };
  return [
    '| Quota of a day | | Pictures of visitors, before | Pictures, now | Whole visits with one picture, now |',
    '|---|--:|--:|--:|--:|',
    ...walls.visit.map(({ name, quota }) =>
      row([name, whole(quota), fits(were.picture, name), fits(walls.picture, name), fits(walls.visit, name)]),
    ),
  ].join('\n');
}

/** @returns The blocks of the page by name. */
export const renderBlocks = (before: Table, now: Table): Record<string, string> => ({
  counts: renderCounts(before, now),
  trips: renderTrips(before, now),
  walls: renderWalls(before, now),
});

export const writeBlocks = (page: string, before: Table, now: Table): string =>
  Object.entries(renderBlocks(before, now)).reduce((text, [name, block]) => insertReport(text, block, name), page);

const literal = (value: unknown): string =>
  typeof value === 'object'
    ? `{ ${Object.entries(value as object)
        .map(([name, each]) => `${/^\w+$/.test(name) ? name : `'${name}'`}: ${literal(each)}`)
        .join(', ')} }`.replace('{  }', '{}')
    : typeof value === 'string'
      ? `'${value}'`
      : String(value);

/** The file of a table, one line a kind. */
export const renderTable = (about: string, name: string, table: Table): string =>
  [
    `/** ${about} */`,
    "import type { Table } from './counts.ts';",
    '',
    '// biome-ignore format: one line a kind, so that a change of a kind is a change of a line',
    `export const ${name}: Table = {`,
    ...Object.entries(table).map(([kind, counts]) => `  '${kind}': ${literal(counts)},`),
    '};',
    '',
  ].join('\n');
