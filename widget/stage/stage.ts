import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import type { Order, Result } from '../model.ts';
import { AI_MARK, CLOSE, COMPARE, DOWNLOAD, FULL_SCREEN, MORE, TICK } from '../more-icons.ts';
import { usualText } from '../run/describe.ts';
import { type Generation, isWorking } from '../run/generation.ts';
import { headlineOf } from '../run/headline.ts';
import { downloadAddress } from '../run/picture.ts';
import { paceOf } from '../run/timing.ts';
import { nameOfShape, nearestRatio } from '../settings/ratios.ts';
import type { Words } from '../words/words.ts';

/** What buttons and words under a picture need of it. */
export interface Pending extends Pick<Result, 'url' | 'width' | 'height' | 'cached' | 'elapsedMs'> {
  order: Pick<Order, 'prompt' | 'settings'>;
}

/** How the stage lay while a picture was made. Heights in pixels. */
export interface Kept {
  /** Width by height of the box. */
  ratio: number;
  box: number;
  stage: number;
}

export interface StageView {
  words: Words;
  /** How a picture says that a model made it. */
  label: string | undefined;
  state: Generation;
  /** Unix milliseconds. */
  now: number;
  /** The request waits for a proof. */
  isChecking: boolean;
  /** The shown pictures of a turn; empty before the first. */
  results: readonly Result[];
  index: number;
  /** Width by height of the box. */
  ratio: number;
  /** The stage keeps these measures, so that a picture of another shape moves nothing. */
  kept: Kept | undefined;
  /** The words under the picture stand in the room of the wait. */
  isRoomKept: boolean;
  /** The picture that is being made. Its buttons and words have their room already. */
  pending: Pending | undefined;
  /** The picture has just come and takes over from the light. */
  isArriving: boolean;
  /** How often a picture has come in another shape than the one that was expected. */
  reshaped: number;
  /** The box is too small to carry the label and the buttons: they stand under it. */
  isSmall: boolean;
  /** The versions, where the element is narrow. */
  versions: unknown;
  /** In place of the picture: two versions side by side. */
  compare: unknown;
  /** The shown picture changed another one. */
  canCompare: boolean;
  isComparing: boolean;
  /** Number of the version that this one changed. */
  changedFrom: number | undefined;
  /** The filled button of the stage, if it has the accent. */
  accent: 'use' | 'download' | undefined;
  /** The owner's words on the button that chooses the picture; undefined without one. */
  useLabel: string | undefined;
  isUsed: boolean;
  isDisabled: boolean;
  /** Number of the version that is chosen while another one is shown. */
  chosenOther: number | undefined;
  showDownload: boolean;
  /** The open menu, or nothing. */
  menu: unknown;
  isMenuOpen: boolean;
  /** The open details, or nothing. */
  details: unknown;
  isDetailsOpen: boolean;
  isCaptionOpen: boolean;
  /** "Saved" stands in place of "Download" for a moment. */
  isSaved: boolean;
  onOpen(): void;
  onCompare(): void;
  onUse(): void;
  onDownload(event: MouseEvent): void;
  onMenu(event: MouseEvent): void;
  onDetails(): void;
  onCaption(): void;
  onIndex(index: number): void;
}

/** The box has the asked shape from the first moment, and the picture fills it. Words stand under it or beside it. */
export function renderStage(view: StageView) {
  const { isRoomKept, kept, words, state } = view;
  const working = isWorking(state);
  return html`
    <section
      part="stage"
      class="stage ${isRoomKept ? 'roomy' : ''}"
      aria-label=${words.say('result')}
      aria-busy=${working ? 'true' : 'false'}
      .style=${kept ? `min-block-size: ${kept.stage}px` : ''}
    >
      ${renderBox(view)}
      ${UNDER[view.reshaped % 2]!(html`${working ? renderWork(view) : renderResult(view)}${view.versions}`)}
    </section>
  `;
}

/**
 * What stands under a picture. Under one of another shape than was expected it is a new element, because the old one
 * would have moved: of two templates that draw the same, each puts an element of its own in place of the other's.
 */
const UNDER = [
  (content: unknown) => html`<div part="bar" class="under">${content}</div>`,
  (content: unknown) => html`<div part="bar" class="under">${content}</div>`,
];

/** What is said while a picture is made, in the room of what will stand there. */
const renderWork = (view: StageView) => html`
  <div class="layers">
    <div>${renderWait(view)}</div>
    ${
      view.pending
        ? html`<div class="room" inert>${renderActions(view, view.pending)}${renderCaption(view, view.pending)}</div>`
        : nothing
    }
  </div>
`;

function renderBox(view: StageView) {
  const { state, ratio, kept, isArriving, isSmall, words } = view;
  const result = view.results[view.index];
  const shape = `--_k: ${ratio.toFixed(4)}${kept ? `; --_kept: ${kept.box}px` : ''}`;
  // Two elements: a box that takes another shape would be one that moves.
  if (isWorking(state)) {
    return html`
      <figure part="viewport placeholder" class="box light" .style=${shape}>
        ${renderDraft(words, state)}${renderProgress(view)}
      </figure>
    `;
  }
  return html`
    <figure part="viewport figure" class="box ${isArriving ? 'arriving' : ''}" .style=${shape}>
      ${result ? html`${renderPicture(view, result)}${isSmall ? nothing : renderMarks(view)}` : nothing}
    </figure>
  `;
}

function renderDraft(words: Words, state: Generation) {
  const draftUrl = state.status === 'previewing' ? state.draftUrl : undefined;
  return html`
    <span class="glow" aria-hidden="true"></span>
    ${
      draftUrl === undefined
        ? nothing
        : html`<img class="draft" src=${draftUrl} alt="" /><span class="tag scrim">${words.say('draft')}</span>`
    }
  `;
}

function renderPicture({ compare, onOpen }: StageView, { url, width, height, alt }: Result) {
  return (
    compare ??
    html`
      <button type="button" class="picture" aria-haspopup="dialog" @click=${onOpen}>
        <img part="image" src=${url} width=${width} height=${height} alt=${alt} />
      </button>
    `
  );
}

/** The AI label and the small buttons. They stay while two versions are compared. */
function renderMarks({ words, label, canCompare, isComparing, isSmall, onOpen, onCompare }: StageView) {
  return html`
    ${badge(words, label, isSmall)}
    <span class="corner ${isSmall ? 'beside' : ''}">
      ${canCompare ? markButton(words.say('compareToggle'), COMPARE, onCompare, isComparing ? 'true' : 'false') : nothing}
      ${markButton(words.say('fullScreen'), FULL_SCREEN, onOpen)}
    </span>
  `;
}

const markButton = (name: string, drawing: string, onClick: () => void, pressed?: string) => html`
  <button type="button" class="on-picture scrim" aria-label=${name} title=${name} aria-pressed=${pressed ?? nothing} @click=${onClick}>
    ${icon(drawing)}
  </button>
`;

/** @param label As the site's facts have it: a plain mark, or words. */
export const badge = (words: Words, label?: string, isBeside = false): TemplateResult => {
  const text = words.say('badge');
  const mark = html`<span role="img" title=${text}>${icon(AI_MARK)}</span>`;
  return html`<span part="badge" class="badge ${isBeside ? 'beside' : ''}">${label ? mark : text}</span>`;
};

/** A bar along the foot of the box. */
function renderProgress({ words, state, now, isChecking }: StageView) {
  if (!isWorking(state)) return nothing;
  const expectedMs = state.order?.settings.expectedMs;
  // It stands still until the request has left.
  const drawnMs = state.phase === 'connecting' ? 0 : Math.max(0, now - state.startedAt - (state.waitedMs ?? 0));
  // It never reaches its end, because an estimate must not look like a measurement.
  const share = expectedMs ? 1 - Math.exp((-1.2 * drawnMs) / expectedMs) : 0;
  return html`
    <div part="progress" class="progress ${expectedMs && !isChecking ? '' : 'endless'}" role="progressbar" aria-label=${words.say('making')}>
      <div part="progress-bar" .style=${`--_share: ${share.toFixed(3)}`}></div>
    </div>
  `;
}

/** A check that is over by then is not worth the words. */
const UNSAID_MS = 900;

/** The seconds, how long it usually takes, and one line of the model's thoughts, whose room is kept. */
function renderWait({ words, state, now, isChecking }: StageView) {
  if (!isWorking(state)) return nothing;
  const expectedMs = state.order?.settings.expectedMs;
  const elapsedMs = Math.max(0, now - state.startedAt);
  const pace = paceOf(elapsedMs, expectedMs);
  const usual = pace === 'usual' ? usualText(words, expectedMs) : words.say(pace);
  const step =
    state.phase === 'opening'
      ? 'opening'
      : state.status === 'uploading'
        ? 'uploading'
        : isChecking && elapsedMs >= UNSAID_MS
          ? 'checking'
          : undefined;
  const thought = state.status === 'previewing' ? headlineOf(state.thought) : '';
  return html`
    <p class="wait">
      <span part="elapsed" class="seconds">${words.say('seconds', { n: Math.floor(elapsedMs / 1000) })}</span>
      <span class="small quiet">${step ? words.say(step) : usual}</span>
    </p>
    ${
      thought
        ? html`
          <div part="thought" class="small" role="group" aria-label=${words.say('ideasOnTheWay')}>
            <p class="thought" dir="auto">${thought}</p>
            <p class="quiet">${words.say('ideaOnTheWay')}</p>
          </div>
        `
        : nothing
    }
  `;
}

function renderResult(view: StageView) {
  const { results, index } = view;
  const result = results[index];
  if (!result) return nothing;
  return html`
    ${view.isSmall ? html`<div class="marks">${renderMarks(view)}</div>` : nothing}
    ${results.length > 1 ? renderSeveral(view) : nothing}
    ${renderActions(view, result)}
    ${view.chosenOther === undefined ? nothing : html`<p class="small quiet">${view.words.say('chosenOther', { n: view.chosenOther })}</p>`}
    ${renderCaption(view, result)}
    ${view.details}
  `;
}

function renderSeveral({ words, results, index, onIndex }: StageView) {
  return html`
    <div class="several">
      ${results.map(
        ({ url }, at) => html`
          <button
            type="button"
            aria-pressed=${at === index ? 'true' : 'false'}
            aria-label=${words.say('ofSeveral', { n: at + 1, all: results.length })}
            @click=${() => onIndex(at)}
          >
            <img src=${url} alt="" loading="lazy" />
          </button>
        `,
      )}
    </div>
  `;
}

function renderActions(view: StageView, { url }: Pending) {
  const { words, accent, useLabel, isUsed, isDisabled, showDownload, isMenuOpen, menu, isSaved } = view;
  const rank = (name: string) => (accent === name && !isUsed ? 'fill' : 'tonal');
  return html`
    <div part="actions" class="actions">
      ${
        useLabel === undefined
          ? nothing
          : html`
            <button type="button" part="action" class="${rank('use')} use" aria-pressed=${isUsed ? 'true' : 'false'} ?disabled=${isDisabled} @click=${view.onUse}>
              ${isUsed ? html`${icon(TICK)}${words.say('used')}` : useLabel}
            </button>
          `
      }
      ${
        showDownload
          ? html`
            <a part="action" class="${accent === 'download' ? 'fill' : 'tonal'} download" href=${downloadAddress(url)} download aria-label=${words.say('download')} @click=${view.onDownload}>
              ${icon(isSaved ? TICK : DOWNLOAD)}<span>${words.say(isSaved ? 'saved' : 'download')}</span>
            </a>
          `
          : nothing
      }
      <slot name="result-actions"></slot>
      <span class="menu-place">
        <button
          type="button"
          part="action"
          class="tonal more"
          aria-label=${words.say('more')}
          title=${words.say('more')}
          aria-haspopup="menu"
          aria-expanded=${isMenuOpen ? 'true' : 'false'}
          @click=${view.onMenu}
        >
          ${icon(isMenuOpen ? CLOSE : MORE)}
        </button>
        ${menu}
      </span>
    </div>
  `;
}

/** A caption up to this length stands in two lines at any width. */
const SHORT_CAPTION = 90;

function renderCaption(view: StageView, { order, elapsedMs, cached, width, height }: Pending) {
  const { words, changedFrom, isCaptionOpen, isDetailsOpen, onCaption, onDetails } = view;
  const asked = order.settings.aspectRatio;
  const ratio = asked === 'auto' ? nearestRatio(width / height, order.settings.model.aspectRatios) : asked;
  const name = nameOfShape(ratio);
  const made = cached
    ? words.say('hereAlready')
    : words.say('madeIn', { n: Math.max(1, Math.round(elapsedMs / 1000)) });
  const history = changedFrom === undefined ? made : words.say('changedFrom', { n: changedFrom });
  return html`
    <div part="caption" class="caption small">
      <p class=${isCaptionOpen ? '' : 'short'} dir="auto"><bdi>${order.prompt}</bdi></p>
      ${
        order.prompt.length > SHORT_CAPTION
          ? html`<button type="button" class="link" aria-expanded=${isCaptionOpen ? 'true' : 'false'} @click=${onCaption}>${words.say(isCaptionOpen ? 'lessWords' : 'moreWords')}</button>`
          : nothing
      }
      <p class="quiet">
        ${name ? words.say(name) : ratio} <span aria-hidden="true">·</span> ${history} <span aria-hidden="true">·</span>
        <button type="button" class="link" aria-expanded=${isDetailsOpen ? 'true' : 'false'} @click=${onDetails}>${words.say('details')}</button>
      </p>
    </div>
  `;
}
