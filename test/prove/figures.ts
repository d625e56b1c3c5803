/** What the proofs find, and the table people read it in. */

/** `full` is what the figures of `docs/proofs.md` are measured with; `short` is for every `npm test`. */
export type Effort = 'full' | 'short';

export interface Figure {
  /** What is promised, as people read it. */
  promise: string;
  /** What was found, with its unit. */
  figure: string;
  /** The counts it was found on. */
  measuredOn: string;
  holds: boolean;
}

export function renderFigures(figures: readonly Figure[]): string {
  const lines = figures.map(
    ({ promise, figure, measuredOn, holds }) =>
      `| ${promise} | ${figure}${holds ? '' : ' **broken**'} | ${measuredOn} |`,
  );
  return ['| Promise | Figure | Measured on |', '|---|--:|---|', ...lines].join('\n');
}

/** @param micros Micro-dollars. */
export const dollars = (micros: number): string => `$${(micros / 1e6).toFixed(6)}`;

/** @param count How many of `thing`; the plural is with an s. */
export const many = (count: number, thing: string): string =>
  `${count.toLocaleString('en-US')} ${thing}${count === 1 ? '' : 's'}`;
