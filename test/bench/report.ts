/** Formats the table and writes it into its page. */
import type { Bar } from './bars.ts';
import { PAYLOADS } from './payloads.ts';
import { ROWS } from './rows.ts';
import type { Cell, Percentiles } from './table.ts';

export interface Circumstances {
  /** ISO date. */
  date: string;
  machine: string;
  versions: Record<string, string>;
  rounds: number;
  isQuick: boolean;
}

const number = (value: number): string => (Math.abs(value) < 10 ? value.toFixed(1) : value.toFixed(0));
const pair = ({ p50, p99 }: Percentiles): string => `${number(p50)} / ${number(p99)}`;

export function renderReport(cells: readonly Cell[], bars: readonly Bar[], about: Circumstances): string {
  const versions = Object.entries(about.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured on ${about.date} on ${about.machine}; ${versions.join(', ')}. Medians of ${about.rounds} interleaved round${about.rounds === 1 ? '' : 's'}${about.isQuick ? ' (quick run)' : ''}, eight requests in flight for requests/s and CPU, one for times. Times are added to asking the fake upstream directly, p50 / p99 in milliseconds. CPU is the server process's, simulators of R2 and KV included. Memory is the peak over idle of a freshly started process, in MiB, at 1 / 8 in flight. Load, upstream and server share the machine.`,
    ...PAYLOADS.map(({ name }) => renderTable(name, cells)),
    renderBars(bars),
  ].join('\n\n');
}

function renderTable(payload: Cell['payload'], cells: readonly Cell[]): string {
  const lines = ROWS.map(({ id, label }) => {
    const cell = cells.find((each) => each.row === id && each.payload === payload);
    if (!cell) throw new Error(`The row "${label}" is missing for ${payload}.`);
    const memory = cell.peakMiB ? `${number(cell.peakMiB.one)} / ${number(cell.peakMiB.eight)}` : '–';
    const added = id === 'direct' ? ['–', '–'] : [pair(cell.firstByte), pair(cell.lastByte)];
    return `| ${[label, number(cell.requestsPerSecond), ...added, number(cell.cpuMs), memory].join(' | ')} |`;
  });
  return [
    `| Answers of ${payload} | requests/s | first byte | last byte | CPU ms | memory |`,
    '|---|--:|--:|--:|--:|--:|',
    ...lines,
  ].join('\n');
}

export const renderBars = (bars: readonly Bar[]): string =>
  ['| Promise | Measured | Limit | |', '|---|--:|--:|---|', ...bars.map(renderBar)].join('\n');

const renderBar = ({ name, figure, limit, holds }: Bar): string =>
  `| ${name} | ${figure} | ${limit} | ${holds ? 'holds' : '**missed**'} |`;

/** Puts a report between the marks of a page, `<!-- name -->` and its end. @throws When the marks are missing. */
export function insertReport(page: string, report: string, name = 'bench'): string {
  const [startMark, endMark] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = page.indexOf(startMark);
  const end = page.indexOf(endMark);
  if (start < 0 || end < start) throw new Error(`The page has no ${startMark} … ${endMark}.`);
  return `${page.slice(0, start + startMark.length)}\n${report}\n${page.slice(end)}`;
}
