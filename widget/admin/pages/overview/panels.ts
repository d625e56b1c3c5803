/** Refusals by reason, how long pictures took, what is held, and the last pictures. */
import { html, nothing } from 'lit';
import type { DeskOverview } from '../../../../worker/desk-protocol.ts';
import { bars } from '../../parts/bars.ts';
import { formatDuration, formatMoney, formatNumber, formatTime, nameOfSite, UNKNOWN } from '../../parts/format.ts';
import { HELD, LAST, REFUSED, WAITS } from '../../words/overview.ts';
import { wordsOfRefusal } from '../../words/refusals.ts';

export function refusedPanel(overview: DeskOverview | undefined) {
  const reasons = Object.entries(overview?.refusals ?? {})
    .filter(([, count]) => count > 0)
    .toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b));
  return html`<section class="panel">
    <div class="head"><h2>${REFUSED.title}</h2><a href="/peel/admin?show=refused#days">${REFUSED.byDay}</a></div>
    ${
      overview && reasons.length === 0
        ? html`<p class="soft">${REFUSED.none}</p>`
        : bars(
            reasons.map(([reason, value]) => {
              const { title, text } = wordsOfRefusal(reason);
              return { label: title, value, more: html`${text} ${moreOf(reason, overview)} <code>${reason}</code>` };
            }),
            4,
          )
    }
    ${overview ? nothing : UNKNOWN}
    ${
      overview && overview.failed > 0
        ? html`<p>
            ${REFUSED.errors(formatNumber(overview.failed), overview.failed === 1)}
            <a href="/peel/admin?show=errors#days">${REFUSED.errorsByDay}</a>
          </p>`
        : nothing
    }
  </section>`;
}

/** Pages of strangers' names are text, and what leads on is the desk's own. */
function moreOf(reason: string, overview: DeskOverview | undefined) {
  if (reason !== 'ORIGIN_DENIED') return nothing;
  const sites = overview?.sites ?? [];
  const admitted = sites.flatMap(({ origins }) => origins);
  const asked = sites
    .flatMap(({ site, refusedOrigins }) => refusedOrigins.map((page) => ({ site, ...page })))
    // A page that was let in since is on a list.
    .filter(({ origin, lastAt }) => !admitted.some((page) => page.origin === origin && page.lastAt >= lastAt))
    .toSorted((a, b) => b.count - a.count)[0];
  if (!asked) return nothing;
  const { site, origin, count } = asked;
  return html`<span>${origin}</span> ${REFUSED.asked(count)}. <a href=${`/peel/admin/sites/${site}`}>${REFUSED.yours}</a>`;
}

export function waitsPanel(overview: DeskOverview | undefined) {
  const steps = overview?.wait.steps ?? [];
  const pictures = steps.reduce((sum, step) => sum + step.pictures, 0);
  const last = steps.findLastIndex((step) => step.pictures > 0);
  return html`<section class="panel">
    <div class="head">
      <h2>${WAITS.title}</h2>
      <p>${pictures > 0 ? WAITS.today(formatNumber(pictures)) : nothing}</p>
    </div>
    ${
      pictures > 0
        ? html`<div class="short-bars">
            ${bars(
              steps.slice(0, last + 1).map(({ uptoMs, pictures: value }) => ({
                label: uptoMs === null ? WAITS.longer : WAITS.upto(formatDuration(uptoMs)),
                value,
              })),
            )}
          </div>`
        : html`<p class="soft">${overview ? WAITS.none : UNKNOWN}</p>`
    }
  </section>`;
}

/** @param now Unix milliseconds. */
export function heldPanel(overview: DeskOverview | undefined, now: number) {
  const held = overview?.held;
  return html`<section class="panel">
    <div class="head">
      <h2>${HELD.title}</h2>
      <b class="ink">${formatMoney(held?.micros)}</b>
    </div>
    <p class="soft">${held ? heldText(held, now) : UNKNOWN}</p>
  </section>`;
}

function heldText({ pictures, micros, oldestAt, freeAt }: DeskOverview['held'], now: number): string {
  if (pictures === 0) return HELD.none;
  const some = HELD.some(pictures, formatMoney(Math.round(micros / pictures)));
  const oldest = oldestAt === undefined ? '' : `; ${HELD.oldest(formatDuration(now - oldestAt))}`;
  const isLate = freeAt === undefined || freeAt <= now;
  return `${some}${oldest}. ${isLate ? HELD.backSoon : HELD.back(formatDuration(freeAt - now))}`;
}

export function lastPanel(overview: DeskOverview | undefined) {
  const pictures = overview?.pictures ?? [];
  return html`<section class="panel">
    <div class="head"><h2>${LAST.title}</h2><a href="/peel/admin/pictures">${LAST.all}</a></div>
    ${
      pictures.length > 0
        ? html`<ul class="last">
            ${pictures.map(
              ({ id, site, at, costMicros, thumbnail, deletedAt }) => html`<li>
                <a href=${`/peel/admin/pictures/${id}`}>
                  ${
                    deletedAt === undefined
                      ? html`<img
                          src=${thumbnail}
                          alt=${LAST.alt(formatTime(at), nameOfSite(site), formatMoney(costMicros))}
                          width="160"
                          height="160"
                          loading="lazy"
                        />`
                      : html`<span class="soft">${LAST.deleted(formatTime(deletedAt))}</span>`
                  }
                </a>
              </li>`,
            )}
          </ul>`
        : html`<p class="soft">${overview ? LAST.none : UNKNOWN}</p>`
    }
  </section>`;
}
