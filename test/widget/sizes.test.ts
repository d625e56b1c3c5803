/** Texts, fields and targets are large enough on any theme, by what the browser draws. */
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import { withFinger } from './look/host.ts';
import { STATES, type State } from './states.ts';
import { type FakeWorker, fakeWorker, mount, tidyUp, WIDE } from './support.ts';

let worker: FakeWorker;

beforeEach(() => {
  worker = fakeWorker();
});

afterEach(tidyUp);

async function reach({ prepare, act }: State, width: number): Promise<PeelStudio> {
  prepare?.(worker);
  const studio = await mount(worker, {}, width);
  await act(studio, worker);
  await studio.updateComplete;
  return studio;
}

describe.each([
  { name: '62.5 % and 1.6 rem, as many shops have it', root: '62.5%', body: '1.6rem', states: STATES },
  { name: 'a root of 5 px', root: '5px', body: 'inherit', states: STATES.slice(0, 3) },
  { name: 'large text', root: '200%', body: '1rem', states: STATES.slice(0, 3) },
])('with $name', ({ root, body, states }) => {
  beforeEach(() => {
    document.documentElement.style.fontSize = root;
    document.body.style.fontSize = body;
  });

  afterEach(() => {
    document.documentElement.removeAttribute('style');
    document.body.removeAttribute('style');
  });

  it.each(states)('is legible, reachable and inside a phone: $name', async (state) => {
    const studio = await reach(state, 390);

    expect(faultsOf(studio, 24)).toEqual([]);
  });
});

it.each(STATES)('is legible, reachable and inside a wide column: $name', async (state) => {
  const studio = await reach(state, WIDE);

  expect(faultsOf(studio, 24)).toEqual([]);
});

it.each(STATES)('has targets of 44 pixels for fingers, inside a sidebar: $name', async (state) => {
  const studio = await reach(state, 280);
  onTestFinished(withFinger(studio.shadowRoot as ShadowRoot));

  expect(faultsOf(studio, 44)).toEqual([]);
});

/** What is too small to read or to hit, and what reaches over an edge. */
function faultsOf(studio: PeelStudio, target: number): string[] {
  const faults = outside(studio);
  for (const element of studio.shadowRoot?.querySelectorAll<HTMLElement>('*') ?? []) {
    if (!isSeen(element)) continue;
    const { fontSize } = getComputedStyle(element);
    const hasText = [...element.childNodes].some(({ nodeType, nodeValue }) => nodeType === 3 && nodeValue?.trim());
    const isField = element.matches('textarea, select, input:not([type=radio], [type=range], [type=checkbox])');
    const least = isField ? 16 : 12;
    if ((hasText || isField) && Number.parseFloat(fontSize) < least - 0.01 && !element.closest('.visually-hidden')) {
      faults.push(`${nameOf(element)}: text of ${fontSize}`);
    }
    if (element.matches('button, a, input, select, textarea, summary') && !element.matches('.go-to-text')) {
      const [width, height] = hitArea(element);
      if (width < target - 0.5 || height < target - 0.5) faults.push(`${nameOf(element)}: ${width} × ${height}`);
    }
  }
  return faults;
}

/** With the label around it and what lies around it for fingers. */
function hitArea(control: HTMLElement): [number, number] {
  const around = control.closest<HTMLElement>('label:not([for])') ?? control;
  const { width, height } = around.getBoundingClientRect();
  const after = getComputedStyle(control, '::after');
  const hasAfter = after.content !== 'none' && after.position === 'absolute';
  const size = (text: string) => (hasAfter ? Number.parseFloat(text) || 0 : 0);
  return [Math.max(width, size(after.width)), Math.max(height, size(after.height))];
}

/** What reaches over the edges of the element. */
function outside(studio: PeelStudio): string[] {
  const frame = studio.getBoundingClientRect();
  return [...(studio.shadowRoot?.querySelectorAll<HTMLElement>('.base *') ?? [])]
    .filter((element) => {
      if (element.closest('.visually-hidden, .go-to-text, .glow, dialog, [popover]')) return false;
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && isSeen(element) && (left < frame.left - 0.5 || right > frame.right + 0.5);
    })
    .filter((element) => !isClipped(element, frame))
    .map(nameOf);
}

const isSeen = (element: HTMLElement) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

/** Inside something that scrolls or is cut. */
function isClipped(element: HTMLElement, frame: DOMRect): boolean {
  for (let at = element.parentElement; at; at = at.parentElement) {
    const { left, right } = at.getBoundingClientRect();
    const isInside = left >= frame.left - 0.5 && right <= frame.right + 0.5;
    if (isInside && getComputedStyle(at).overflowX !== 'visible') return true;
  }
  return false;
}

const nameOf = (element: HTMLElement): string =>
  `${element.localName}.${element.className || element.getAttribute('part')} ${element.textContent?.trim().slice(0, 30)}`;
