/** An element that has nothing but the base styles, and pages around it. */
import { html, LitElement, type TemplateResult } from 'lit';
import { PageLook } from '../../../widget/look/look.ts';
import { base } from '../../../widget/styles/base.ts';
import { controls } from '../../../widget/styles/controls.ts';
import { later } from '../../../widget/styles/later.ts';

export class LookHost extends LitElement {
  static override styles = [base, controls, later];

  content: TemplateResult = html`<p>Words</p>`;
  readonly look = new PageLook(this);

  override render() {
    return html`<div class="base">${this.content}</div>`;
  }
}
customElements.define('look-host', LookHost);

/** Puts the element into a page: a box with the styles that a body would have. */
export async function mountIn(page: HTMLElement | ShadowRoot, content?: TemplateResult): Promise<LookHost> {
  const host = document.createElement('look-host') as LookHost;
  if (content) host.content = content;
  page.append(host);
  if (!host.isConnected) document.body.append(page);
  await host.updateComplete;
  return host;
}

/** @param css Declarations of the body. */
export function pageWith(css: string, rules = ''): HTMLElement {
  const page = document.createElement('div');
  page.style.cssText = css;
  const style = document.createElement('style');
  style.textContent = rules;
  page.append(style);
  document.body.append(page);
  return page;
}

/**
 * Applies the rules for fingers. The browser's own emulation would leave the later tests of the page without a mouse.
 *
 * @returns Takes it back.
 */
export function withFinger(root: DocumentOrShadowRoot): () => void {
  const coarse = root.adoptedStyleSheets
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSMediaRule && rule.conditionText === '(pointer: coarse)') as CSSMediaRule[];
  for (const { media } of coarse) media.mediaText = 'all';
  return () => {
    for (const { media } of coarse) media.mediaText = '(pointer: coarse)';
  };
}

export const find = (host: LookHost, selector: string): HTMLElement => {
  const found = host.renderRoot.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`Nothing matches ${selector}.`);
  return found;
};

/** The computed colour of a value inside the element. */
export function colourOf(host: LookHost, value: string): string {
  const probe = document.createElement('i');
  probe.style.color = value;
  find(host, '.base').append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Contrast of the last layer on all the layers before it, which are painted from the first on. */
export function contrastOf(...layers: string[]): number {
  const [ground, text] = [luminanceOf(layers.slice(0, -1)), luminanceOf(layers)];
  return (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
}

/** Painted by the browser, so that this shares nothing with the code under test. */
function luminanceOf(layers: string[]): number {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) throw new Error('No canvas.');
  for (const layer of layers) {
    context.fillStyle = layer;
    context.fillRect(0, 0, 1, 1);
  }
  const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** A colour as the screen shows it. */
export function painted(...layers: string[]): string {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) throw new Error('No canvas.');
  for (const layer of layers) {
    context.fillStyle = layer;
    context.fillRect(0, 0, 1, 1);
  }
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
