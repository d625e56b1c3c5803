/** The answer of a dry run, rule by rule. */
import type { DeskJudgement, DeskSite } from '../../../worker/desk-protocol.ts';
import { formatDollars, formatMoney, microsOf } from '../parts/format.ts';
import { VERDICT } from '../words/sites.ts';
import { picturesFor } from './affordable.ts';
import { amountsOf, type SiteRecord } from './record.ts';

export interface VerdictLine {
  text: string;
  /** `unknown`: a rule before it has stopped the request, or nothing is asked here. */
  state: 'holds' | 'stops' | 'unknown';
  /** The field of the record that the rule is in. */
  field: string;
}

/** Which rule a refusal is of: its place among the lines. */
const PLACES: readonly (readonly [RegExp, number])[] = [
  [/^ORIGIN_DENIED$/, 0],
  [/^SITE_PAUSED$/, 2],
  [/^(VISITOR_|SESSION_|BURST|SITE_MINUTE)/, 4],
  [/BUDGET|_PAUSED$/, 5],
];

/** Rules of models, sizes and forms are the second line. */
const placeOf = (reason: string): number => PLACES.find(([pattern]) => pattern.test(reason))?.[1] ?? 1;

/** @param today The site's money today, where it is known. */
export function linesOf(
  judged: DeskJudgement,
  record: SiteRecord,
  as: 'visitor' | 'client',
  proof: 'turnstile' | 'pow' | 'none',
  today: DeskSite | undefined,
): VerdictLine[] {
  const { day, range, visitor } = amountsOf(record);
  const perDay = record.limits?.visitorPerDay ?? 20;
  const { pictureMicros, worstMicros } = judged;
  const ofVisitor = microsOf(Math.min(visitor, range, day));
  const most = pictureMicros ? Math.min(perDay, picturesFor(ofVisitor, pictureMicros, worstMicros)) : perDay;
  const spent = today && { spent: formatMoney(today.day.spentMicros), held: formatMoney(today.day.heldMicros) };
  const toHold = judged.worstMicros === undefined ? undefined : formatMoney(judged.worstMicros);
  const all: (readonly [text: string, field: string])[] = [
    [VERDICT.page, 'origins'],
    [VERDICT.model, judged.reason === 'UNSUPPORTED_VALUE' ? 'sizes' : 'models'],
    [VERDICT.notPaused, 'paused'],
    [as === 'visitor' ? VERDICT.proofs[proof] : VERDICT.key, 'proof'],
    [as === 'visitor' ? VERDICT.visitor(most, formatDollars(range)) : VERDICT.client, 'limits.visitorPerDay'],
    [
      judged.reason === 'DEPLOYMENT_BUDGET_SPENT' ? VERDICT.together : VERDICT.day(spent, toHold, formatDollars(day)),
      'budgets.dailyUsd',
    ],
  ];
  const stopped = judged.allowed ? all.length : placeOf(judged.reason ?? '');
  // A kept picture is sent whatever limits and money say.
  const asked = judged.hit ? 3 : all.length;
  return all.map(([text, field], at) => {
    if (at === stopped) return { text, field, state: 'stops' };
    return { text, field, state: at < stopped && at < asked ? 'holds' : 'unknown' };
  });
}
