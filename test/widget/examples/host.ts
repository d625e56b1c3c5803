/** An element that shows nothing but examples. */
import { html, LitElement } from 'lit';
import { type Example, type ExamplesView, renderExamples } from '../../../widget/examples/examples.ts';
import { examples } from '../../../widget/examples/styles.ts';
import * as wallPart from '../../../widget/examples/wall.ts';
import { base } from '../../../widget/styles/base.ts';
import { controls } from '../../../widget/styles/controls.ts';
import { Words } from '../../../widget/words/words.ts';
import type { Idea, WallPicture } from '../../../worker/protocol.ts';

class ExamplesHost extends LitElement {
  static override styles = [base, controls, examples, wallPart.styles];

  view: Omit<ExamplesView, 'onChoose'> = {
    words: new Words(),
    wall: [],
    ideas: [],
    disabled: false,
    pictures: () => wallPart,
  };
  readonly chosen: Example[] = [];

  override render() {
    const onChoose = (example: Example) => void this.chosen.push(example);
    return html`<div class="base">${renderExamples({ ...this.view, onChoose })}</div>`;
  }
}
customElements.define('examples-host', ExamplesHost);

export type { ExamplesHost };

/** @param width Of the element, in pixels. */
export async function mount(
  width: number,
  view: Partial<ExamplesView>,
  children = '',
  css = '',
): Promise<ExamplesHost> {
  const host = document.createElement('examples-host') as ExamplesHost;
  Object.assign(host.view, view);
  host.style.cssText = `inline-size: ${width}px; font: 16px sans-serif; color: #222; ${css}`;
  host.innerHTML = children;
  document.body.append(host);
  await host.updateComplete;
  return host;
}

/** A picture of the given size, drawn in its own address. */
export function pictureOf(width: number, height: number): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="teal"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const SHAPES = [
  [1600, 900],
  [900, 1200],
  [1000, 1000],
  [960, 1200],
  [800, 1200],
  [1000, 1000],
  [1500, 1000],
] as const;

export const WALL: WallPicture[] = SHAPES.map(([width, height], index) => ({
  image: pictureOf(width, height),
  prompt: `Picture ${index + 1}, of a long walk along the coast.`,
  width,
  height,
}));

export const SENTENCES: Idea[] = [
  'A lighthouse.',
  'A fox in a teacup.',
  'Blue hills.',
  'A kitchen table.',
  'A dog.',
  'A boat.',
].map((text) => ({ text }));

export const all = (host: ExamplesHost, selector: string) => [
  ...host.renderRoot.querySelectorAll<HTMLElement>(selector),
];

export const seen = (host: ExamplesHost, selector: string) =>
  all(host, selector).filter((element) => element.checkVisibility());

export const boxOf = (element: Element) => element.getBoundingClientRect();
