import { html, nothing } from 'lit';
import type { DeskPicture } from '../../../../worker/desk-protocol.ts';
import { dayOf, formatDay, formatPrice, formatTime, nameOfSite } from '../../parts/format.ts';
import { PICTURES } from '../../words/pictures.ts';
import { tagOf } from './filter.ts';

export interface TileView {
  picture: DeskPicture;
  /** Its address on the desk. */
  href: string;
  modelName: string;
  isChosen: boolean;
  isDeleting: boolean;
  /** Its thumbnail did not come. */
  isUnreadable: boolean;
  /** The one stop of Tab. */
  isStop: boolean;
  now: number;
  onChoose: () => void;
  onFocus: () => void;
  onUnreadable: () => void;
  onWall: () => void;
  onBlock: (visitor: string) => void;
  onDelete: () => void;
  onSheet: () => void;
}

/** When, with the day where it is not today's. */
export const whenOf = (at: number, now: number): string =>
  dayOf(at) === dayOf(now) ? formatTime(at) : `${formatDay(at)}, ${formatTime(at)}`;

/** Who asked for it, or nothing where that is not known any more. */
function whoOf({ visitor, client, visitorBlocked }: DeskPicture): string {
  if (client !== undefined) return PICTURES.client(client);
  if (visitor === undefined) return '';
  return [PICTURES.visitor(tagOf(visitor)), visitorBlocked && PICTURES.isBlocked].filter(Boolean).join(', ');
}

/** What a screen reader hears of a tile. */
function nameOf({ picture, modelName, isChosen, isDeleting, now }: TileView): string {
  const { at, site, costMicros, size, report, onWall, deletedAt } = picture;
  return [
    `${whenOf(at, now)} · ${nameOfSite(site)}`,
    formatPrice(costMicros),
    `${modelName} ${size}`.trim(),
    whoOf(picture),
    report && PICTURES.reportedAt(whenOf(report.at, now)),
    onWall && PICTURES.isOnWall,
    deletedAt !== undefined && PICTURES.deletedAt(formatTime(deletedAt)),
    isDeleting && PICTURES.deleting,
    isChosen && PICTURES.isChosen,
  ]
    .filter(Boolean)
    .join(', ');
}

/** A picture in the list, whole and never cropped. */
export function tile(view: TileView) {
  const { picture, href, modelName, isChosen, isDeleting, isUnreadable, isStop, now } = view;
  const { id, at, site, costMicros, size, report, onWall, deletedAt, visitor, visitorBlocked } = picture;
  const when = whenOf(at, now);
  const isGone = deletedAt !== undefined;
  const shown = isGone
    ? html`<span class="gone">${PICTURES.deletedAt(formatTime(deletedAt))}</span>`
    : isUnreadable
      ? html`<span class="gone">${PICTURES.unreadable}<br />${PICTURES.details}</span>`
      : html`<img src=${picture.thumbnail} alt="" loading="lazy" decoding="async" @error=${view.onUnreadable} />`;
  return html`<li class="tile ${isChosen ? 'chosen' : ''} ${isDeleting ? 'deleting' : ''}">
    <div class="frame">
      <a
        href=${href}
        data-id=${id}
        tabindex=${isStop ? 0 : -1}
        aria-label=${nameOf(view)}
        @focus=${view.onFocus}
      >
        ${shown}
      </a>
      ${
        isGone || isDeleting
          ? nothing
          : html`<label class="box">
                <input
                  type="checkbox"
                  tabindex="-1"
                  aria-label=${PICTURES.choose(when)}
                  .checked=${isChosen}
                  @change=${view.onChoose}
                />
              </label>
              ${onWall ? html`<span class="star" aria-hidden="true">★</span>` : nothing}
              ${report ? html`<span class="flag" aria-hidden="true">${PICTURES.reportedAt(whenOf(report.at, now))}</span>` : nothing}
              <span class="acts" role="group" aria-label=${PICTURES.actions(when)}>
                <button type="button" tabindex="-1" @click=${view.onWall}>
                  ${onWall ? PICTURES.takeOffWall : PICTURES.putOnWall}
                </button>
                ${
                  visitor === undefined
                    ? nothing
                    : html`<button type="button" tabindex="-1" @click=${() => view.onBlock(visitor)}>${visitorBlocked ? PICTURES.unblock : PICTURES.block}</button>`
                }
                <button type="button" tabindex="-1" class="danger" @click=${view.onDelete}>${PICTURES.delete}</button>
              </span>`
      }
    </div>
    <p class="facts" aria-hidden="true">
      <span>${when} · ${nameOfSite(site)}</span><span class="number">${formatPrice(costMicros)}</span>
      <span class="soft">${[modelName, size].filter(Boolean).join(' · ')}</span>
      <span class="soft number">${whoOf(picture)}</span>
    </p>
    ${
      isGone || isDeleting
        ? nothing
        : html`<button type="button" class="link dots" tabindex="-1" aria-label=${PICTURES.actions(when)} @click=${view.onSheet}>···</button>`
    }
  </li>`;
}
