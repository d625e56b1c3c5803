/** A site with three models, which differ as those of a deployment do, and a place to show a part of the element in. */
import { type CSSResult, render } from 'lit';
import { onTestFinished } from 'vitest';
import { base } from '../../../widget/styles/base.ts';
import { controls } from '../../../widget/styles/controls.ts';
import { later } from '../../../widget/styles/later.ts';
import type { SiteFacts, SiteModel } from '../../../worker/protocol.ts';

const STANDARD = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];

export const modelOf = (id: string, overrides: Partial<SiteModel> = {}): SiteModel => ({
  id,
  displayName: id,
  sizes: ['1K', '2K', '4K'],
  aspectRatios: STANDARD,
  maxReferences: 14,
  grounding: [],
  thinking: [],
  expectedMs: {},
  ...overrides,
});

/** The default, with all shapes. */
export const FLASH = modelOf('flash', {
  displayName: 'Nano Banana 2.1',
  aspectRatios: [...STANDARD, '1:4', '4:1', '1:8', '8:1'],
  grounding: ['web', 'image'],
  thinking: ['minimal', 'medium', 'high'],
  expectedMs: { '1K': 18_000, '2K': 25_000 },
});
export const PRO = modelOf('pro', {
  displayName: 'Nano Banana Pro',
  grounding: ['web'],
  expectedMs: { '1K': 19_000 },
});
export const LITE = modelOf('lite', {
  displayName: 'Nano Banana 2 Lite',
  sizes: ['1K'],
  thinking: ['minimal', 'high'],
  expectedMs: { '1K': 4_000 },
});

export const FACTS: SiteFacts = {
  site: 'default',
  models: [FLASH, PRO, LITE],
  defaultModel: 'flash',
  promptMode: 'free',
  slots: [],
  presets: [],
  ideas: [],
  wall: [],
  actions: [],
  limits: { perMinute: 10, perDay: 20 },
  paused: false,
  proof: { kind: 'none', nonce: '' },
};

interface Place {
  /** In CSS pixels. */
  width?: number;
  dir?: 'ltr' | 'rtl';
  styles: CSSResult;
}

/** Shows a part in a shadow root of its own, as the element does. The place is gone after the test. */
export function place({ width = 380, dir = 'ltr', styles }: Place) {
  const host = document.createElement('div');
  host.dir = dir;
  host.style.width = `${width}px`;
  host.style.font = '16px Arial, sans-serif';
  document.body.append(host);
  onTestFinished(() => host.remove());
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [base, controls, later, styles].map(({ styleSheet }) => styleSheet!);
  const frame = document.createElement('div');
  frame.className = 'base';
  root.append(frame);
  return { host, root, show: (template: unknown) => void render(template, frame) };
}

/** Everything inside that reaches over its place's edges, or whose own content does. */
export function overflowing(root: ShadowRoot): string[] {
  const frame = root.host.getBoundingClientRect();
  return [...root.querySelectorAll<HTMLElement>('.base *')]
    .filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      const isOut = width > 0 && (left < frame.left - 0.5 || right > frame.right + 0.5);
      return isOut || element.scrollWidth > element.clientWidth + 1;
    })
    .filter((element) => element instanceof HTMLElement && getComputedStyle(element).display !== 'inline')
    .map((element) => `${element.localName}: ${element.textContent?.trim().slice(0, 40)}`);
}
