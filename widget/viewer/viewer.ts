import { html, nothing } from 'lit';
import { icon } from '../icons.ts';
import type { Region } from '../model.ts';
import { CLOSE, COMPARE, MARK, MINUS, PLUS } from '../more-icons.ts';
import { VIEWER } from '../words/english/viewer.ts';
import type { Key } from '../words/keys.ts';
import { addEnglish, type Words } from '../words/words.ts';
import { styles as compareStyles, renderCompare, type ShownPicture } from './compare.ts';
import { ARROWS } from './place.ts';
import { type RegionView, styles as regionStyles, renderRegion, renderRegionForm } from './region.ts';
import type { Viewer } from './viewer-controller.ts';
import { viewerStyles } from './viewer-styles.ts';

export { renderCompare, type ShownPicture } from './compare.ts';
export { markedPicture } from './marked-picture.ts';
export { Viewer } from './viewer-controller.ts';

addEnglish(VIEWER);

export interface ViewerView {
  words: Words;
  viewer: Viewer;
  picture: ShownPicture;
  /** The words that made it. */
  text: string;
  /** The version before it; without one there is nothing to compare. */
  before?: ShownPicture | undefined;
  /** Offers to mark a place. */
  mayMark: boolean;
  /** The place that is marked on this picture. */
  region?: Region | undefined;
  /** The label that says it was made with AI. */
  badge: unknown;
  /** A strip of the versions. */
  versions?: unknown;
  /** Buttons side by side, the first one the most important; on phones that one goes across. */
  actions?: unknown;
  /** What the element says to screen readers: they hear nothing from outside a modal dialog. */
  status?: unknown;
  /** The version before (-1) or after (1). */
  onStep(by: -1 | 1): void;
  /** A place was marked, or the mark was removed. */
  onMark(region: Region | undefined): void;
  /** The browser has given the focus back to what had it before, if that is still there. */
  onClosed(): void;
}

export const styles = [compareStyles, regionStyles, viewerStyles];

/** One picture on the whole screen. Nothing while the viewer is closed. */
export const renderViewer = (view: ViewerView) => {
  const { viewer, words } = view;
  if (!viewer.isOpen) return nothing;
  viewer.show(view.picture);
  return html`
    <dialog part="dialog" class="viewer" aria-label=${words.say('viewerName')}
      @keydown=${(event: KeyboardEvent) => onKeyDown(event, view)} @cancel=${(event: Event) => onCancel(event, view)}
      @close=${(event: Event) => onClose(event, view)} @focusin=${(event: FocusEvent) => viewer.onFocus(event)}>
      ${renderBar(view)} ${renderBody(view)}
      <div class="viewer-foot">
        ${
          viewer.isMarking
            ? renderRegionForm(regionView(view))
            : html`<div class="viewer-versions">${view.versions}</div><div class="viewer-actions">${view.actions}</div>`
        }
      </div>
      <p class="visually-hidden" role="status">${view.status}</p>
    </dialog>
  `;
};

const renderBar = (view: ViewerView) => {
  const { words, viewer } = view;
  const n = viewer.percent;
  return html`
    <div class="viewer-bar">
      ${button('close', 'viewerClose', CLOSE, view, () => void viewer.close())}
      <p class="viewer-words" dir="auto" title=${view.text}>${view.text}</p>
      ${view.before ? button('compare', 'viewerCompare', COMPARE, view, () => viewer.compare(!viewer.isComparing), viewer.isComparing) : nothing}
      ${view.mayMark ? button('mark', 'viewerMark', MARK, view, () => onMarkPress(view), viewer.isMarking) : nothing}
      ${button('smaller', 'zoomOut', MINUS, view, () => viewer.press(-1), undefined, !viewer.canShrink)}
      <button class="plain small viewer-percent" aria-label=${words.say(viewer.isEnlarged ? 'zoomToFit' : 'zoomToNatural', { n })}
        @click=${() => viewer.toggle()}>${words.say('zoomPercent', { n })}</button>
      ${button('larger', 'zoomIn', PLUS, view, () => viewer.press(1), undefined, !viewer.canGrow)}
    </div>
  `;
};

/** A button that can do nothing now keeps the focus. */
const button = (
  name: string,
  key: Key,
  path: string,
  { words }: ViewerView,
  act: () => void,
  pressed?: boolean,
  isIdle = false,
) => html`
  <button class="icon-button viewer-${name}" title=${words.say(key)} aria-label=${words.say(key)}
    aria-pressed=${pressed ?? nothing} aria-disabled=${isIdle || nothing} @click=${act}>${icon(path)}</button>
`;

const renderBody = (view: ViewerView) => {
  const { words, viewer, picture } = view;
  return html`
    <div class="viewer-body ${viewer.isEnlarged ? 'enlarged' : ''}"
      @wheel=${(event: WheelEvent) => viewer.onWheel(event)} @dblclick=${(event: MouseEvent) => onDoublePress(event, view)}
      @pointerdown=${(event: PointerEvent) => viewer.onPointerDown(event)}
      @pointermove=${(event: PointerEvent) => viewer.onPointerMove(event)}
      @pointerup=${(event: PointerEvent) => onPointerUp(event, view)}
      @pointercancel=${(event: PointerEvent) => viewer.onPointerUp(event)}>
      <div class="viewer-view" tabindex="0" role="group" aria-label=${words.say('viewerPicture', { n: viewer.percent })}>
        <div class="viewer-picture">
          ${
            isComparing(view)
              ? renderCompare({
                  words,
                  before: view.before!,
                  after: picture,
                  at: viewer.at,
                  onAt: (at) => viewer.set('at', at),
                  lineOnly: viewer.isEnlarged,
                })
              : html`<img src=${picture.url} alt=${picture.alt} draggable="false" />`
          }
          ${viewer.isMarking ? renderRegion(regionView(view)) : nothing}
        </div>
        <div class="viewer-label">${view.badge}</div>
      </div>
    </div>
  `;
};

const isComparing = ({ viewer, before }: ViewerView) => viewer.isComparing && !viewer.isMarking && before !== undefined;

const regionView = ({ words, viewer, region, onMark }: ViewerView): RegionView => ({
  words,
  region: viewer.region,
  onRegion: (next) => viewer.set('region', next),
  onAccept: () => {
    viewer.unmark();
    onMark(viewer.region);
  },
  onLeave: () => viewer.unmark(),
  onRemove:
    region &&
    (() => {
      viewer.unmark();
      onMark(undefined);
    }),
});

function onMarkPress({ viewer, region }: ViewerView) {
  if (viewer.isMarking) viewer.unmark();
  else viewer.mark(region);
}

/** Left and right in the direction of the text. */
function step({ onStep }: ViewerView, target: EventTarget | null, toRight: boolean) {
  const isRtl = getComputedStyle(target as Element).direction === 'rtl';
  onStep(toRight === isRtl ? -1 : 1);
}

function onKeyDown(event: KeyboardEvent, view: ViewerView) {
  const { viewer } = view;
  const target = event.target as HTMLElement;
  const { key } = event;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === 'Escape') viewer.leave(isComparing(view));
  else if (target.matches('input, textarea, select')) return;
  else if (key === '+' || key === '=') viewer.press(1);
  else if (key === '-') viewer.press(-1);
  else if (key === '0') viewer.fit();
  else {
    const [x, y] = ARROWS[key] ?? [0, 0];
    // On the enlarged picture arrows move it; elsewhere left and right choose the version.
    const moves = viewer.isEnlarged && (y !== 0 || target.matches('.viewer-view'));
    if (x === 0 && !(y !== 0 && moves)) return;
    if (moves) viewer.pan(x, y);
    else if (viewer.isMarking) return;
    else step(view, target, x > 0);
  }
  // Escape would close the dialog past an inner thing, and arrows would scroll.
  event.preventDefault();
}

/** The Back gesture of a phone. */
function onCancel(event: Event, view: ViewerView) {
  if (event.target !== event.currentTarget) return;
  event.preventDefault();
  view.viewer.leave(isComparing(view));
}

function onClose(event: Event, { viewer, onClosed }: ViewerView) {
  // A dialog or menu of the actions may close inside this one.
  if (event.target !== event.currentTarget) return;
  viewer.closed();
  onClosed();
}

function onDoublePress(event: MouseEvent, { viewer }: ViewerView) {
  if (!viewer.isMarking) viewer.toggle(event);
}

function onPointerUp(event: PointerEvent, view: ViewerView) {
  const moved = view.viewer.onPointerUp(event);
  // The picture is pushed away: to the left for the one on its right.
  if (moved !== 0 && !view.viewer.isMarking) step(view, event.target, moved < 0);
}
