/** Whether the words of every language fit the element where it is narrowest. */
import { afterEach, expect, it } from 'vitest';
import type { PeelStudio } from '../../../widget/peel-studio.ts';
import { appear, draw, fakeWorker, inside, mount, press, tidyUp } from '../support.ts';

afterEach(tidyUp);

const NARROWEST = 280;

/** Labels that are wider than their place, or that reach out of the element. */
function tooWide(studio: PeelStudio): string[] {
  const base = inside(studio, '[part=base]').getBoundingClientRect();
  const labels = [
    ...(studio.shadowRoot?.querySelectorAll<HTMLElement>('button, label, legend, .tile span, p, .chip') ?? []),
  ];
  return labels
    .filter((label) => {
      if (label.closest('.visually-hidden, .go-to-text, [popover]') || label.clientWidth <= 1) return false;
      // The words of the one give way to its icon; the other is a picture.
      if (label.matches('.add, .picture')) return false;
      const { left, right } = label.getBoundingClientRect();
      return label.scrollWidth > label.clientWidth + 1 || left < base.left - 1 || right > base.right + 1;
    })
    .map((label) => `${label.className} ${label.textContent?.trim()}`);
}

it.each(['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt', 'zh'])('%s fits 280 pixels', async (lang) => {
  const studio = await mount(fakeWorker(), { lang, dir: lang === 'ar' ? 'rtl' : 'ltr' }, NARROWEST);

  await press(studio, '.line');
  await appear(studio, '[part~=settings]');
  await press(studio, 'button.tile');
  await press(studio, '[part~=settings] button.more');
  expect(tooWide(studio)).toEqual([]);

  await press(studio, '.line');
  await draw(studio, 'a fox');
  expect(tooWide(studio)).toEqual([]);
});
