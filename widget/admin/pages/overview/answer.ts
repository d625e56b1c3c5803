/** The Overview's first sentence: is my money safe, does anything need me? */
import type { DeskOverview } from '../../../../worker/desk-protocol.ts';
import {
  capital,
  countInWords,
  formatDay,
  formatMoney,
  formatSince,
  formatTime,
  listOf,
  nameOfSite,
} from '../../parts/format.ts';
import { isBroken, isSpent } from '../../parts/state.ts';
import { ANSWERS, LEADS } from '../../words/overview.ts';

/** The first that is true, the gravest first. @param now Unix milliseconds. */
export function answerOf(overview: DeskOverview, now: number): string {
  const { paused, today, month, alarms, made, demo } = overview;
  if (paused) return paused.at > 0 ? ANSWERS.paused(formatSince(paused.at, now)) : ANSWERS.pausedNow;
  if (isBroken(overview)) return ANSWERS.broken;
  if (isSpent(month)) return ANSWERS.spentMonth(formatDay(month.endsAt));
  if (isSpent(today)) return ANSWERS.spentDay;
  if (alarms.length > 0) return ANSWERS.look(capital(countInWords(alarms.length)), alarms.length === 1);
  if (made === 0 && today.spentMicros === 0) return ANSWERS.empty;
  const quiet = demo ? ANSWERS.quietDemo : ANSWERS.quiet;
  return quiet(formatMoney(today.spentMicros), formatMoney(today.capMicros));
}

const MOST_PAGES = 3;

/** What is said under the answer, where it needs more. */
export function leadOf(overview: DeskOverview): string | undefined {
  const { paused, held, made, alarms, sites } = overview;
  if (paused) {
    const { unheard } = paused;
    return [
      held.pictures > 0 ? LEADS.pausedFinishing(LEADS.picture(held.pictures)) : LEADS.pausedIdle,
      LEADS.paused,
      ...(unheard.length > 0 ? [LEADS.isUnheard(listOf(unheard.map(nameOfSite)), unheard.length === 1)] : []),
    ].join(' ');
  }
  if (made > 0 || alarms.length > 0) return undefined;
  const pages = sites
    .flatMap(({ origins }) => origins)
    .toSorted((a, b) => b.lastAt - a.lastAt)
    .slice(0, MOST_PAGES)
    .map(({ origin, lastAt }) => LEADS.page(origin, formatTime(lastAt)));
  return pages.length > 0 ? LEADS.pages(pages.join('; ')) : LEADS.noPages;
}
