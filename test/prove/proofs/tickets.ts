/**
 * A ticket that this deployment did not seal for this page, address and purpose is refused, however it was made from
 * real ones.
 */
import { type Effort, type Figure, many } from '../figures.ts';
import type { Stage } from '../stage.ts';
import { send } from './send.ts';
import type { MutantErrand, MutantFindings } from './ticket-mutants.ts';

const MUTANTS: Record<Effort, number> = { full: 1_000_000, short: 8_000 };
const PROCESSES = 2;

export async function proveTickets({ say }: Stage, effort: Effort): Promise<Figure[]> {
  const each = MUTANTS[effort] / PROCESSES;
  const findings = await Promise.all(
    Array.from({ length: PROCESSES }, (_, n) =>
      send<MutantErrand, MutantFindings>('ticket-mutants.ts', { seed: 1 + n, mutants: each }),
    ),
  );
  const sum = (of: (found: MutantFindings) => number) => findings.reduce((total, found) => total + of(found), 0);
  const kinds = Object.keys(findings[0]?.tried ?? {});
  for (const { accepted } of findings) for (const token of accepted.slice(0, 5)) say(`tickets: accepted ${token}`);
  say(`tickets: ${kinds.map((kind) => `${kind} ${sum(({ tried }) => tried[kind] ?? 0)}`).join(', ')}`);
  const accepted = sum((found) => found.accepted.length);
  const refused = sum(({ refusedOriginals }) => refusedOriginals);
  const tried = sum((found) => Object.values(found.tried).reduce((total, count) => total + count, 0));
  const originals = sum((found) => found.originals);
  const measuredOn = `${many(tried, 'mutant')} of ${many(originals, 'real ticket')}, made in ${kinds.length} ways: ${kinds.join(', ')}`;
  return [
    { promise: 'Mutated tickets accepted', figure: `${accepted}`, measuredOn, holds: accepted === 0 && tried >= each },
    {
      promise: 'Real tickets refused beside them',
      figure: `${refused}`,
      measuredOn: many(originals, 'real ticket'),
      holds: refused === 0 && originals > 0,
    },
  ];
}
