/** A place as the element's shadow root is: its base sheet, and the sheet of one part. */
import { type CSSResult, html, render } from 'lit';
import { base } from '../../../widget/styles/base.ts';
import { controls } from '../../../widget/styles/controls.ts';

export interface Mounted {
  host: HTMLElement;
  root: ShadowRoot;
  draw: (template: unknown) => void;
  find: <Type extends HTMLElement = HTMLElement>(selector: string) => Type;
  /** What a reader sees, with single spaces. */
  text: (selector?: string) => string;
}

export interface MountOptions {
  width?: number;
  dir?: 'ltr' | 'rtl';
}

export function mount(
  styles: CSSResult | readonly CSSResult[],
  { width = 700, dir = 'ltr' }: MountOptions = {},
): Mounted {
  const host = document.createElement('div');
  host.dir = dir;
  host.style.cssText = `display: block; width: ${width}px; margin: 8px; font: 16px sans-serif`;
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [base, controls, styles].flat().flatMap(({ styleSheet }) => styleSheet ?? []);
  document.body.append(host);
  const find = <Type extends HTMLElement>(selector: string): Type => {
    const found = root.querySelector<Type>(selector);
    if (!found) throw new Error(`Nothing matches ${selector}.`);
    return found;
  };
  return {
    host,
    root,
    draw: (template) => void render(html`<div class="base">${template}</div>`, root),
    find,
    text: (selector = '.base') => find(selector).innerText.replace(/\s+/g, ' ').trim(),
  };
}
