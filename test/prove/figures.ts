/** The findings of the proofs and their table. */

/** `full` gives the figures of `docs/proofs.md`; `short` is for every `npm test`. */
export type Effort = 'full' | 'short';

export interface Figure {
  /** The promise in words. */
  promise: string;
  /** The result with its unit. */
  figure: string;
  /** The counts behind the figure. */
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

/** @param count How many of `thing`, whose plural ends in s. */
export const many = (count: number, thing: string): string =>
  `${count.toLocaleString('en-US')} ${thing}${count === 1 ? '' : 's'}`;
