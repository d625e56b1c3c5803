/** Today and the month, each with its ruler. */
import { html, nothing } from 'lit';
import type { DeskMoney, DeskOverview } from '../../../../worker/desk-protocol.ts';
import {
  formatDay,
  formatDuration,
  formatMoney,
  formatMonth,
  formatOwnTime,
  isViewerInUtc,
  UNKNOWN,
} from '../../parts/format.ts';
import { ruler } from '../../parts/ruler.ts';
import { MONEY } from '../../words/overview.ts';

const NOTHING: DeskMoney = {
  ...{ spentMicros: 0, heldMicros: 0, capMicros: 0, owedMicros: 0 },
  ...{ expectedMicros: null, endsAt: 0 },
};

interface PanelOptions {
  id: string;
  title: string;
  note: string;
  money: DeskMoney | undefined;
  demo: boolean;
  /** Absent: nothing is expected. */
  end: string | undefined;
  heldPictures?: number | undefined;
  isMonth?: boolean;
}

const panel = ({
  id,
  title,
  note,
  money,
  demo,
  end,
  heldPictures,
  isMonth = false,
}: PanelOptions) => html`<section class="panel money">
  <div class="head"><h2>${title}</h2><p>${note}</p></div>
  <p class="sum">
    <b>${formatMoney(money?.spentMicros)}</b>
    <span class="soft">${money ? MONEY.of(formatMoney(money.capMicros)) : nothing} ${demo ? MONEY.play : nothing}</span>
  </p>
  ${
    money
      ? ruler({
          id,
          money,
          isMonth,
          ...(end !== undefined && { end }),
          ...(heldPictures !== undefined && { heldPictures }),
        })
      : html`<div class="ruler-space" aria-hidden="true">${ruler({ id, money: NOTHING })}</div>`
  }
</section>`;

/** @param overview undefined: still asking. @param now Unix milliseconds. */
export function moneyPanels(overview: DeskOverview | undefined, demo: boolean, now: number) {
  const isPaused = overview?.paused !== undefined;
  return html`<div class="two">
    ${panel({
      ...{ id: 'ruler-day', title: MONEY.today, demo, money: overview?.today },
      note: overview ? anewAt(overview.today.endsAt, now) : '',
      end: isPaused ? undefined : MONEY.midnight,
      heldPictures: overview?.held.pictures,
    })}
    ${panel({
      ...{ id: 'ruler-month', title: formatMonth(overview?.day ?? now), demo, money: overview?.month, isMonth: true },
      note: overview ? daysOf(overview.day) : UNKNOWN,
      end: isPaused || !overview ? undefined : MONEY.monthEnd(formatDay(overview.month.endsAt)),
    })}
  </div>`;
}

const anewAt = (endsAt: number, now: number): string =>
  MONEY.anew(formatDuration(toMinutes(endsAt - now)), isViewerInUtc(endsAt) ? '' : MONEY.own(formatOwnTime(endsAt)));

/** Seconds of hours would only flicker. */
const toMinutes = (ms: number): number => (ms > 60_000 ? Math.ceil(ms / 60_000) * 60_000 : ms);

function daysOf(day: string): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return MONEY.daysOf(date, new Date(Date.UTC(year, month, 0)).getUTCDate());
}
