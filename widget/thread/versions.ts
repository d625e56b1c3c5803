import { html, nothing } from 'lit';
import { icon } from '../icons.ts';
import type { Turn } from '../model.ts';
import { BRANCH, CLOCK } from '../more-icons.ts';
import type { Words } from '../words/words.ts';
import { keepFromSending } from './switch.ts';
import { layoutVersions, resultOf, type Thread, titleOf, type VersionRow } from './thread.ts';
import { thumbnailUrl } from './thumbnails.ts';

/** More versions than this are not all shown at once; then it is the last few. */
const MOST = 8;
const LAST = 6;

export interface VersionsView {
  words: Words;
  thread: Thread;
  /** Ids of turns whose picture does not open any more. */
  gone: ReadonlySet<string>;
  /** All of them, however many; absent: no. */
  isAll?: boolean;
  /** Another one is being made. Its room is there already. */
  isPending?: boolean;
  /** Address of a small picture of the turn; absent: the worker's. */
  imageOf?: ((turn: Turn) => string | undefined) | undefined;
  /** The name of the group of radio buttons: one for each place where versions are shown at the same time. */
  name?: string;
  onSelect: (id: string) => void;
  /** The picture is gone, and its words are wanted again. Absent: nothing happens. */
  onWords?: (turn: Turn) => void;
  /** The small picture did not load. */
  onMissing?: (turn: Turn) => void;
  onAll: () => void;
}

/** The versions of a visit: a list beside a wide stage, else a strip. Nothing for a single one. */
export function renderVersions(view: VersionsView) {
  const { words, thread, isAll = false, isPending = false } = view;
  const { length } = thread.turns;
  if (length < (isPending ? 1 : 2)) return nothing;
  const turns = isAll ? thread.turns : versionsToShow(thread);
  return html`
    <fieldset class="versions" part="history" @keydown=${keepFromSending}>
      <legend>${words.say('versions')}</legend>
      <div class="v-rows">
        ${layoutVersions(thread, turns).map((row) => renderRow(view, row))}
        ${isPending ? ROOM : nothing}
      </div>
      ${
        turns.length < length
          ? html`
            <p class="small">
              <button type="button" class="link" @click=${view.onAll}>${words.say('allVersions', { n: length })}</button>
            </p>
          `
          : nothing
      }
    </fieldset>
  `;
}

const ROOM = html`
  <div class="v-row room" inert>
    <span class="version"><img alt="" /><span class="v-said small"><span class="v-title">\u00a0</span></span></span>
  </div>
`;

/** The last ones where there are many, and always the shown one. */
function versionsToShow({ turns, selected }: Thread): readonly Turn[] {
  if (turns.length <= MOST) return turns;
  const last = turns.slice(-LAST);
  const shown = turns.find(({ id }) => id === selected);
  return shown && !last.includes(shown) ? [shown, ...last.slice(1)] : last;
}

/** What a screen reader says of a version. */
const spokenVersion = (words: Words, thread: Thread, turn: Turn): string =>
  words.say('versionOf', { n: thread.turns.indexOf(turn) + 1, all: thread.turns.length, text: titleOf(turn) });

function renderRow(view: VersionsView, { turn, depth, joins }: VersionRow) {
  const { words, thread, gone } = view;
  const isShown = turn.id === thread.selected;
  const spoken = spokenVersion(words, thread, turn);
  const inside = html`
    ${renderImage(view, turn)}
    <span class="v-said small">
      <span class="v-title" dir="auto">${titleOf(turn)}</span>
      ${gone.has(turn.id) ? html`<span class="v-gone-text quiet">${words.say('versionGone')}</span>` : nothing}
    </span>
  `;
  return html`
    <div class="v-row" .style=${`--_d:${depth}`}>
      ${Array(depth)
        .fill(0)
        .map((_, column) => html`<i class="v-rail" .style=${`--_c:${column}`}></i>`)}
      ${joins.from === 'none' ? nothing : html`<i class=${joins.from === 'elbow' ? 'v-elbow' : 'v-above'}></i>`}
      ${joins.on ? html`<i class="v-on"></i>` : nothing}
      ${joins.from === 'elbow' ? html`<span class="v-glyph quiet">${icon(BRANCH, true)}</span>` : nothing}
      ${
        gone.has(turn.id)
          ? html`
            <button
              type="button"
              class="version v-gone"
              part="turn"
              aria-label=${`${spoken}. ${words.say('versionGone')}`}
              aria-current=${isShown || nothing}
              title=${words.say('versionGone')}
              @click=${() => view.onWords?.(turn)}
            >
              ${inside}<span class="v-gone-mark scrim">${icon(CLOCK)}</span>
            </button>
          `
          : html`
            <label class="version" part="turn" title=${titleOf(turn)}>
              <input
                type="radio"
                name=${view.name ?? 'peel-version'}
                aria-label=${spoken}
                .checked=${isShown}
                @change=${() => view.onSelect(turn.id)}
              />
              ${inside}
            </label>
          `
      }
    </div>
  `;
}

function renderImage({ imageOf = smallOf, onMissing }: VersionsView, turn: Turn) {
  return html`
    <img
      part="turn-image"
      alt=""
      loading="lazy"
      decoding="async"
      src=${imageOf(turn) ?? nothing}
      @error=${() => onMissing?.(turn)}
    />
  `;
}

const smallOf = (turn: Turn): string => thumbnailUrl(resultOf(turn).url);
