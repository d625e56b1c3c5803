import { html, nothing } from 'lit';
import type { DeskPictureDetails } from '../../../../worker/desk-protocol.ts';
import { copyButton } from '../../parts/copy.ts';
import {
  capital,
  formatBytes,
  formatDuration,
  formatFullDay,
  formatMoney,
  formatMoneyExactly,
  formatNumber,
  formatTime,
  formatWait,
} from '../../parts/format.ts';
import { ONE, PICTURES } from '../../words/pictures.ts';
import { tagOf } from './filter.ts';

const DAY_MS = 86_400_000;
const SMALLER = 'w=1280';

export interface OneView {
  picture: DeskPictureDetails;
  modelName: string;
  /** Addresses of its neighbours in the list. */
  newer: string | undefined;
  older: string | undefined;
  isDeleting: boolean;
  now: number;
  onDelete: () => void;
  onKeep: () => void;
  onWall: () => void;
  onBlock: (visitor: string) => void;
}

/** One picture, large and whole, with what is known of it. */
export function onePicture(view: OneView) {
  const { picture, newer, older, isDeleting, now } = view;
  const { report, onWall, deletedAt, visitor, visitorBlocked } = picture;
  const isGone = deletedAt !== undefined || isDeleting;
  return html`<div class="one">
    <p class="buttons turn">
      <a href="/peel/admin/pictures">${ONE.list}</a>
      ${newer ? html`<a class="button" rel="prev" href=${newer}>${ONE.newer}</a>` : nothing}
      ${older ? html`<a class="button" rel="next" href=${older}>${ONE.older}</a>` : nothing}
    </p>
    <figure class="frame ${isDeleting ? 'deleting' : ''}">
      ${deletedAt !== undefined ? html`<span class="gone">${PICTURES.deletedAt(formatTime(deletedAt))}</span>` : html`<img src=${smallerOf(picture.address)} alt=${ONE.alt} />`}
    </figure>
    <div class="panels">
      ${
        isGone
          ? nothing
          : html`<section class="panel" aria-label=${PICTURES.actions(formatTime(picture.at))}>
              <p class="buttons">
                <button type="button" class="danger ${report ? 'filled' : ''}" @click=${view.onDelete}>${PICTURES.delete}</button>
                ${report ? html`<button type="button" @click=${view.onKeep}>${ONE.keep}</button>` : nothing}
                <button type="button" class="link" @click=${view.onWall}>${onWall ? ONE.offWall : ONE.onWall}</button>
              </p>
              <p class="hint">${ONE.what} ${report ? ONE.whatReported : nothing}</p>
            </section>`
      }
      ${reports(picture)}
      <section class="panel" aria-label=${ONE.facts}><dl class="rows">${factsOf(view)}</dl></section>
      ${
        visitor === undefined || isGone
          ? nothing
          : html`<section class="panel">
              <div class="head">
                <h2>${visitorBlocked ? ONE.blocked : ONE.block}</h2>
                <button type="button" @click=${() => view.onBlock(visitor)}>${visitorBlocked ? ONE.unblockButton : ONE.blockButton}</button>
              </div>
              <p class="hint">${visitorBlocked ? ONE.blockedText : ONE.blockText} ${ONE.blockIn(formatDuration(DAY_MS - (now % DAY_MS)))}</p>
            </section>`
      }
      ${deletedAt === undefined ? addresses(picture) : nothing}
    </div>
  </div>`;
}

/** Words of reporters are text. The first of them are the answer of the page. */
function reports({ report }: DeskPictureDetails) {
  const more = report?.more ?? [];
  if (!report || (report.count < 2 && more.length === 0)) return nothing;
  return html`<section class="panel">
    <h2>${ONE.moreReports(report.count)}</h2>
    <ul class="reports">
      ${[report.words, ...more].map((words) => html`<li>${words}</li>`)}
    </ul>
  </section>`;
}

function addresses({ address }: DeskPictureDetails) {
  const { pathname } = new URL(address, location.href);
  return html`<section class="panel">
    <div class="head"><h2>${ONE.addresses}</h2>${copyButton(() => address)}</div>
    <pre class="addresses">${pathname}\n${pathname}?${SMALLER}</pre>
  </section>`;
}

/** The original is only for who downloads it: it may have ten megabytes. */
function smallerOf(address: string): string {
  const url = new URL(address, location.href);
  url.searchParams.set('w', '1280');
  return url.href;
}

function factsOf({ picture, modelName }: OneView) {
  const { costMicros, heldMicros, size, mimeType, width, height, bytes, tokens, provider, waitMs } = picture;
  const { visitor, client, visitorToday, keptUntil, deletedAt, marks } = picture;
  const rows: [string, unknown][] = [
    [
      ONE.cost,
      html`<strong>${formatMoneyExactly(costMicros)}</strong>${heldMicros === undefined ? nothing : html`<br /><span class="soft">${heldOf(heldMicros, costMicros)}</span>`}`,
    ],
    [ONE.model, [modelName, size].filter(Boolean).join(', ')],
  ];
  if (mimeType !== undefined) {
    const measures = width !== undefined && height !== undefined && `${width} × ${height}`;
    const weight = bytes !== undefined && formatBytes(bytes);
    rows.push([ONE.file, [mimeType.replace('image/', '').toUpperCase(), measures, weight].filter(Boolean).join(', ')]);
  }
  if (tokens) rows.push([ONE.tokens, ONE.tokensOf(formatNumber(tokens.output), formatNumber(tokens.input))]);
  if (provider) rows.push([ONE.provider, capital(provider)]);
  if (waitMs !== undefined) rows.push([ONE.wait, formatWait(waitMs)]);
  if (visitor !== undefined) {
    const today = visitorToday && ONE.ofToday(visitorToday.pictures, formatMoney(visitorToday.micros));
    rows.push([ONE.visitor, html`<code>${tagOf(visitor)}</code>${today ? ` · ${today}` : nothing}`]);
  }
  if (client !== undefined) rows.push([ONE.client, client]);
  if (keptUntil !== undefined && deletedAt === undefined) rows.push([ONE.keptUntil, formatFullDay(keptUntil)]);
  if (mimeType !== undefined) rows.push([ONE.marks, marks.c2pa ? ONE.c2pa : ONE.noC2pa]);
  return rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
}

function heldOf(held: number, cost: number): string {
  const [whole, rest] = [formatMoneyExactly(held), formatMoneyExactly(Math.abs(held - cost))];
  return held >= cost ? ONE.held(whole, rest) : ONE.heldLess(whole, rest);
}
