import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Region } from '../model.ts';
import { fly } from './fly.ts';
import { START } from './place.ts';
import { shrinkToSight } from './visible-part.ts';
import {
  boxOf,
  canGrow,
  canShrink,
  fitted,
  isFitted,
  labelBox,
  type Point,
  press,
  type Size,
  type Space,
  settle,
  toggle,
  type Zoom,
  zoomAt,
} from './zoom.ts';

/** The element, as far as the viewer knows it: it asks for a rendering, and finds its own dialog in it. */
export type ViewerHost = ReactiveControllerHost & { readonly renderRoot: ParentNode };

/** A finger that moves this far sideways over a fitted picture asks for the next version. */
const SWIPE_PX = 48;
/** One press of an arrow key on an enlarged picture. */
const KEY_PX = 64;
/** A wheel that reports lines instead of pixels. */
const LINE_PX = 16;
/** Mice report steps of 100 and more, which would leap; a touchpad reports a few pixels at a time. */
const MAX_WHEEL_PX = 30;

/** Holds the dialog open, what is shown in it, and how closely. */
export class Viewer implements ReactiveController {
  isOpen = false;
  isComparing = false;
  isMarking = false;
  /** Where the line of the comparison stands, from 0 to 1. */
  at = 0.5;
  /** The place being marked. */
  region: Region = START;

  readonly #host: ViewerHost;
  /** Undefined while the whole picture is shown, so that it stays whole in a window that changes its size. */
  #zoom: Zoom | undefined;
  #space: Space = { view: { width: 1, height: 1 }, picture: { width: 1, height: 1 } };
  readonly #pointers = new Map<number, Point>();
  /** Where the only pointer came down, if its gesture is the viewer's own. */
  #from: Point | undefined;
  #place: Element | undefined;
  #isNew = false;
  #isLeaving = false;
  #focusOn = '';
  #focused: Element | undefined;
  readonly #resize = new ResizeObserver(() => this.#measure());

  constructor(host: ViewerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** @param place The picture on the page, from which the picture comes and to which it returns. */
  open(place?: Element): void {
    if (this.isOpen) return;
    Object.assign(this, { isOpen: true, isComparing: false, isMarking: false, at: 0.5 });
    this.#zoom = undefined;
    this.#place = place;
    this.#isNew = true;
    this.#host.requestUpdate();
  }

  async close(): Promise<void> {
    const dialog = this.#find<HTMLDialogElement>('dialog.viewer');
    if (!dialog?.open || this.#isLeaving) return;
    this.#isLeaving = true;
    const place = this.#place?.isConnected ? this.#place : undefined;
    await fly(dialog, place, 'out');
    if (dialog.isConnected) dialog.close();
  }

  /** The dialog has closed, by us or by the browser. */
  closed(): void {
    this.isOpen = false;
    this.#isLeaving = false;
    this.#place = undefined;
    this.#focused = undefined;
    this.#pointers.clear();
    this.#resize.disconnect();
    this.#host.requestUpdate();
  }

  compare(on: boolean): void {
    this.isComparing = on;
    if (!on) this.#focusOn = '.viewer-compare';
    this.#host.requestUpdate();
  }

  /** Begins to mark a place: the one that is marked already, or a box in the middle. */
  mark(region: Region = START): void {
    this.isMarking = true;
    this.region = region;
    this.#focusOn = '.region-box';
    this.#host.requestUpdate();
  }

  unmark(): void {
    this.isMarking = false;
    this.#focusOn = '.viewer-mark';
    this.#host.requestUpdate();
  }

  set<Name extends 'at' | 'region'>(name: Name, value: this[Name]): void {
    this[name] = value;
    this.#host.requestUpdate();
  }

  /** Escape: the innermost thing ends. */
  leave(isComparing: boolean): void {
    if (this.isMarking) this.unmark();
    else if (isComparing) this.compare(false);
    else void this.close();
  }

  /** Called with each rendering. A version of the same size is looked at as closely as the one before. */
  show({ width, height }: Size): void {
    const { picture } = this.#space;
    if (picture.width !== width || picture.height !== height) this.#zoom = undefined;
    this.#space = { ...this.#space, picture: { width, height } };
  }

  get percent(): number {
    return Math.round(this.zoom.scale * 100);
  }

  get zoom(): Zoom {
    return this.#zoom ?? fitted(this.#space);
  }

  get isEnlarged(): boolean {
    return this.#zoom !== undefined;
  }

  get canGrow(): boolean {
    return canGrow(this.#space, this.zoom);
  }

  get canShrink(): boolean {
    return canShrink(this.#space, this.zoom);
  }

  fit(): void {
    this.#look(fitted(this.#space));
  }

  press(direction: 1 | -1): void {
    this.#look(press(this.#space, this.zoom, direction));
  }

  toggle(event?: MouseEvent): void {
    this.#look(toggle(this.#space, this.zoom, event && this.#pointOf(event)));
  }

  /** @param x In steps of a key; 1 shows more of what is on the right. */
  pan(x: number, y: number): void {
    const { zoom } = this;
    this.#look({ ...zoom, x: zoom.x - x * KEY_PX, y: zoom.y - y * KEY_PX });
  }

  onWheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    const { zoom } = this;
    if (event.ctrlKey) {
      const delta = Math.min(Math.max(event.deltaY * unit, -MAX_WHEEL_PX), MAX_WHEEL_PX);
      this.#look(zoomAt(this.#space, zoom, zoom.scale * Math.exp(-delta / 100), this.#pointOf(event)));
    } else if (this.isEnlarged) {
      this.#look({ ...zoom, x: zoom.x - event.deltaX * unit, y: zoom.y - event.deltaY * unit });
    }
  }

  onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const point = this.#pointOf(event);
    this.#pointers.set(event.pointerId, point);
    // The line of the comparison and the marked place follow the first pointer themselves.
    this.#from = event.defaultPrevented || this.#pointers.size > 1 ? undefined : point;
    if (this.#from) (event.currentTarget as Element).setPointerCapture(event.pointerId);
  }

  onPointerMove(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const point = this.#pointOf(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, point);
    if (other) this.#pinch(before, point, other);
    else if (this.#from && this.isEnlarged) {
      const { zoom } = this;
      this.#look({ ...zoom, x: zoom.x + point.x - before.x, y: zoom.y + point.y - before.y });
    }
  }

  /** @returns How far a finger has moved the fitted picture sideways: -1 to the left, 1 to the right, 0 not far enough. */
  onPointerUp(event: PointerEvent): -1 | 0 | 1 {
    const from = this.#from;
    this.#from = undefined;
    if (!this.#pointers.delete(event.pointerId)) return 0;
    if (!from || event.type !== 'pointerup' || event.pointerType !== 'touch' || this.isEnlarged) return 0;
    const { x, y } = this.#pointOf(event);
    const moved = x - from.x;
    return Math.abs(moved) < Math.max(SWIPE_PX, Math.abs(y - from.y) * 2) ? 0 : moved < 0 ? -1 : 1;
  }

  /** Remembers it: what vanishes with the focus hands it on. */
  onFocus(event: FocusEvent): void {
    this.#focused = event.target as Element;
  }

  hostUpdated(): void {
    const dialog = this.isOpen && this.#find<HTMLDialogElement>('dialog.viewer');
    if (!dialog) return;
    if (this.#isNew) {
      // The focus that a dialog takes by itself scrolls the page around a tall frame; ours does not.
      dialog.inert = true;
      dialog.showModal();
      dialog.inert = false;
      this.#focusOn ||= '.viewer-close';
      this.#resize.observe(this.#find('.viewer-view')!);
      this.#measure();
    }
    this.#layOut();
    if (this.#isNew) void this.#appear(dialog);
    this.#isNew = false;
    this.#handFocusOn();
  }

  /** A dialog that leaves the page is not modal when it comes back. */
  hostDisconnected(): void {
    if (this.isOpen) this.closed();
  }

  async #appear(dialog: HTMLElement): Promise<void> {
    await shrinkToSight(dialog);
    this.#measure();
    this.#layOut();
    if (dialog.isConnected && !this.#isLeaving) await fly(dialog, this.#place, 'in');
  }

  #handFocusOn(): void {
    const wanted = this.#focusOn;
    this.#focusOn = '';
    if (wanted === '' && this.#focused?.isConnected !== false) return;
    const next = (wanted && this.#find(wanted)) || this.#find('.viewer-close');
    next?.focus({ preventScroll: true });
  }

  /** The spot between two fingers stays between them. */
  #pinch(before: Point, now: Point, other: Point): void {
    const { zoom } = this;
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    const [dx, dy] = [(now.x - before.x) / 2, (now.y - before.y) / 2];
    const scale = (zoom.scale * distance(now, other)) / Math.max(distance(before, other), 1);
    this.#look(zoomAt(this.#space, { ...zoom, x: zoom.x + dx, y: zoom.y + dy }, scale, middle));
  }

  #look(zoom: Zoom): void {
    const { scale } = this.zoom;
    const settled = settle(this.#space, zoom);
    this.#zoom = isFitted(this.#space, settled) ? undefined : settled;
    // Moving the picture needs no rendering.
    if (this.zoom.scale === scale) this.#layOut();
    else this.#host.requestUpdate();
  }

  #measure(): void {
    const view = this.#find('.viewer-view');
    if (!view) return;
    const { clientWidth: width, clientHeight: height } = view;
    if (width === this.#space.view.width && height === this.#space.view.height) return;
    this.#space = { ...this.#space, view: { width: Math.max(width, 1), height: Math.max(height, 1) } };
    if (this.#zoom) this.#zoom = settle(this.#space, this.#zoom);
    this.#host.requestUpdate();
  }

  /** Sizes and not a scale: label, line and handles keep theirs, and the browser draws the picture sharp. */
  #layOut(): void {
    const picture = this.#find('.viewer-picture');
    const label = this.#find('.viewer-label');
    if (!picture || !label) return;
    const box = boxOf(this.#space, this.zoom);
    placeAt(picture, box);
    const isRtl = getComputedStyle(picture).direction === 'rtl';
    placeAt(label, labelBox(this.#space.view, box, isRtl));
  }

  #pointOf({ clientX, clientY }: MouseEvent): Point {
    const { left, top, width, height } = this.#find('.viewer-view')!.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  }

  #find<Type extends HTMLElement>(selector: string): Type | null {
    return this.#host.renderRoot.querySelector<Type>(selector);
  }
}

const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);

function placeAt({ style }: HTMLElement, { x, y, width, height }: Point & Size) {
  style.width = `${width}px`;
  style.height = `${height}px`;
  style.translate = `${x}px ${y}px`;
}
