import { html, render, type TemplateResult } from 'lit';
import { beforeEach } from 'vitest';
import { page } from 'vitest/browser';
import { isSideBySide } from '../../../widget/layout.ts';
import { base } from '../../../widget/styles/base.ts';
import { controls } from '../../../widget/styles/controls.ts';
import { later } from '../../../widget/styles/later.ts';
import * as change from '../../../widget/thread/change.ts';
import * as kept from '../../../widget/thread/kept.ts';
import { STAGE } from '../../../widget/words/english/stage.ts';
import { addEnglish, Words } from '../../../widget/words/words.ts';

// The name of one quick change is the button's of the composer.
addEnglish(STAGE);

// The element is never wider than the window.
beforeEach(() => page.viewport(1100, 900));

export const words = new Words('en');

type Layout = Parameters<typeof isSideBySide>[0];

export interface Mounted {
  host: HTMLElement;
  root: ShadowRoot;
  /** All that match, at least one. */
  all(selector: string): HTMLElement[];
  find(selector: string): HTMLElement;
  draw(template: unknown): void;
  /** The name of what has the focus; undefined outside. */
  focused(): string | undefined;
}

/** Renders into a shadow root as the element has it. @param width In pixels. */
export function mount(
  template: unknown,
  { width = 1040, dir = 'ltr', layout = 'auto' }: { width?: number; dir?: string; layout?: Layout } = {},
): Mounted {
  const host = document.createElement('div');
  host.dir = dir;
  host.style.cssText = `inline-size: ${width}px; font: 16px sans-serif; color: #111; --_p: #fff`;
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [base, controls, later, change.styles, kept.styles].flatMap(
    ({ styleSheet }) => styleSheet ?? [],
  );
  // Tab begins before it, wherever an earlier test has left the focus.
  const before = document.createElement('button');
  document.body.append(before, host);
  before.focus();
  const draw = (inside: unknown) =>
    render(frame(inside, `${layout} ${isSideBySide(layout, width / 16) ? 'wide' : ''}`), root);
  draw(template);
  const all = (selector: string) => {
    const found = [...root.querySelectorAll<HTMLElement>(selector)];
    if (found.length === 0) throw new Error(`Nothing inside matches ${selector}.`);
    return found;
  };
  const focused = () => {
    const { activeElement } = root;
    return (
      activeElement?.getAttribute('aria-label') ??
      (activeElement?.closest('label') ?? activeElement)?.textContent.trim()
    );
  };
  return { focused, host, root, all, find: (selector) => all(selector)[0] as HTMLElement, draw };
}

/** The composer's column of a wide element, or all of a narrow one. */
const frame = (inside: unknown, classes: string): TemplateResult => html`
  <div class="base">
    <div class="studio ${classes}"><div style="max-inline-size: 23em">${inside}</div></div>
  </div>
`;

export const boxOf = (element: Element): DOMRect => element.getBoundingClientRect();
