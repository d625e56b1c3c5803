/** A host with the viewer in it, and the hands of a visitor: real mouse, real fingers. */
import type {} from '@vitest/browser-playwright';
import { css, html, LitElement, render, type TemplateResult } from 'lit';
import { afterEach } from 'vitest';
import { cdp } from 'vitest/browser';
import type { Region } from '../../../widget/model.ts';
import { base } from '../../../widget/styles/base.ts';
import { controls } from '../../../widget/styles/controls.ts';
import { later } from '../../../widget/styles/later.ts';
import { renderViewer, type ShownPicture, styles, Viewer, type ViewerView } from '../../../widget/viewer/viewer.ts';
import { Words } from '../../../widget/words/words.ts';

export const words = new Words();

/** A picture of one colour. */
export function pictureOf(width: number, height: number, color: string, alt = color): ShownPicture {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d')!;
  context.fillStyle = color;
  context.fillRect(0, 0, width, height);
  return { url: canvas.toDataURL(), alt, width, height };
}

/** The element of a page as far as the viewer sees it. */
export class ViewerElement extends LitElement {
  static override styles = [base, controls, later, ...styles, css`:host { --peel-motion: 0; }`];
  readonly viewer = new Viewer(this);
  view: Partial<ViewerView> = {};
  steps: number[] = [];
  marks: (Region | undefined)[] = [];
  closings = 0;

  protected override render() {
    return html`
      <div class="base">
        <button class="opener" @click=${() => this.viewer.open(this.inside('.opener'))}>Open</button>
        ${renderViewer({
          words,
          viewer: this.viewer,
          picture: pictureOf(1600, 900, 'navy', 'Night'),
          before: pictureOf(900, 900, 'orange', 'Noon'),
          text: 'Make it night',
          mayMark: true,
          badge: html`<span class="badge">Made with AI</span>`,
          versions: html`<button class="version">1</button>`,
          actions: html`<button class="fill">Use</button><button class="tonal">Change</button><button class="tonal">Download</button>`,
          onStep: (by) => this.steps.push(by),
          onMark: (region) => {
            this.marks.push(region);
            this.set({ region });
          },
          onClosed: () => {
            this.closings += 1;
          },
          ...this.view,
        })}
      </div>
    `;
  }

  set(view: Partial<ViewerView>): Promise<boolean> {
    Object.assign(this.view, view);
    this.requestUpdate();
    return this.settled();
  }

  /** Rendered, measured, and rendered again with what was measured. */
  async settled(): Promise<boolean> {
    await frames(2);
    return this.updateComplete;
  }

  inside<Type extends HTMLElement>(selector: string): Type {
    return found(this.shadowRoot!, selector);
  }

  has(selector: string): boolean {
    return this.shadowRoot?.querySelector(selector) !== null;
  }

  get focused(): Element | null | undefined {
    return this.shadowRoot?.activeElement;
  }
}

customElements.define('viewer-element', ViewerElement);

/** A viewer in the page, and open. */
export async function openViewer(view: Partial<ViewerView> = {}, place: Node = document.body): Promise<ViewerElement> {
  const element = new ViewerElement();
  element.view = view;
  place.appendChild(element);
  await element.updateComplete;
  element.inside('.opener').focus();
  element.viewer.open();
  await element.settled();
  return element;
}

/** A template in a shadow root of its own. Call `show` again for another rendering. */
export function mount(template: () => TemplateResult, { width = 400, height = 300, dir = 'ltr', framed = true } = {}) {
  const host = document.createElement('div');
  host.dir = dir;
  const root = host.attachShadow({ mode: 'open' });
  const own = new CSSStyleSheet();
  own.replaceSync(
    `.base { inline-size: ${width}px; margin: 40px } .box { position: relative; block-size: ${height}px } .beneath { position: absolute; inset-block-start: 105% }`,
  );
  root.adoptedStyleSheets = [...[base, controls, later, ...styles].map(({ styleSheet }) => styleSheet!), own];
  document.body.append(host);
  const show = () => render(html`<div class="base"><div class=${framed ? 'box' : ''}>${template()}</div></div>`, root);
  show();
  return { root, show, find: <Type extends HTMLElement>(selector: string) => found<Type>(root, selector) };
}

afterEach(async () => {
  document.body.replaceChildren();
  document.documentElement.dir = '';
  window.scrollTo(0, 0);
});

const found = <Type extends HTMLElement>(root: ParentNode, selector: string): Type => {
  const element = root.querySelector<Type>(selector);
  if (!element) throw new Error(`Nothing matches ${selector}.`);
  return element;
};

export async function frames(count = 1): Promise<void> {
  for (let at = 0; at < count; at++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

export interface Spot {
  x: number;
  y: number;
}

/** A spot of an element, as shares of its width and height. */
export function spot(element: Element, x = 0.5, y = 0.5): Spot {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width * x, y: box.top + box.height * y };
}

/** The page of the test is a frame of the page that Chromium's protocol measures from. */
function toWindow({ x, y }: Spot): Spot {
  const frame = window.frameElement!.getBoundingClientRect();
  const scale = frame.width / window.innerWidth;
  return { x: frame.left + x * scale, y: frame.top + y * scale };
}

const mouse = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased' | 'mouseWheel', at: Spot, more: object = {}) =>
  cdp().send('Input.dispatchMouseEvent', { type, ...toWindow(at), button: 'left', ...more });

/** Presses, moves in two steps, and lets go. */
export async function drag(from: Spot, ...way: Spot[]): Promise<void> {
  await mouse('mouseMoved', from, { button: 'none' });
  await mouse('mousePressed', from, { clickCount: 1, buttons: 1 });
  for (const to of way) await mouse('mouseMoved', to, { buttons: 1 });
  await mouse('mouseReleased', way.at(-1) ?? from, { clickCount: 1 });
  await frames(1);
}

export async function doubleClick(at: Spot): Promise<void> {
  for (const clickCount of [1, 2]) {
    await mouse('mousePressed', at, { clickCount, buttons: 1 });
    await mouse('mouseReleased', at, { clickCount });
  }
  await frames(1);
}

/** @param modifiers 2 is Ctrl. */
export async function wheel(at: Spot, deltaY: number, modifiers = 0): Promise<void> {
  await mouse('mouseWheel', at, { deltaX: 0, deltaY, modifiers, button: 'none' });
  await frames(2);
}

/** Moves fingers: each step has the spots of all that are down. */
export async function fingers(...steps: Spot[][]): Promise<void> {
  let isDown = false;
  for (const spots of steps) {
    const touchPoints = spots.map((at, id) => ({ ...toWindow(at), id }));
    await cdp().send('Input.dispatchTouchEvent', { type: isDown ? 'touchMove' : 'touchStart', touchPoints });
    isDown = true;
  }
  await cdp().send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await frames(2);
}
