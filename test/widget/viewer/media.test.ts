import { html } from 'lit';
import { afterEach, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import { renderCompare } from '../../../widget/viewer/compare.ts';
import { START } from '../../../widget/viewer/place.ts';
import { renderRegion } from '../../../widget/viewer/region.ts';
import { frames, mount, openViewer, pictureOf, words } from './support.ts';

const ignore = () => undefined;

afterEach(async () => {
  await cdp().send('Emulation.setTouchEmulationEnabled', { enabled: false });
  await cdp().send('Emulation.setEmulatedMedia', { features: [] });
});

it('gives fingers handles and buttons of 44 pixels', async () => {
  await cdp().send('Emulation.setTouchEmulationEnabled', { enabled: true });
  const { find } = mount(() =>
    renderRegion({ words, region: START, onRegion: ignore, onAccept: ignore, onLeave: ignore }),
  );
  const element = await openViewer();

  expect(find('.region-handle').getBoundingClientRect().width).toBe(44);
  const { width, height } = element.inside('.viewer-close').getBoundingClientRect();
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
});

it('keeps line, handle and marked place in sight with forced colours, and tells what is pressed', async () => {
  await cdp().send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
  const picture = pictureOf(40, 30, 'navy');
  const { find } = mount(
    () => html`
      ${renderCompare({ words, before: picture, after: picture, at: 0.5, onAt: ignore })}
      ${renderRegion({ words, region: START, onRegion: ignore, onAccept: ignore, onLeave: ignore })}
    `,
  );
  const element = await openViewer();
  element.viewer.compare(true);
  await frames(2);

  const background = (found: HTMLElement) => getComputedStyle(found).backgroundColor;
  expect(background(find('.compare-line'))).toBe('rgb(255, 255, 255)');
  expect(background(find('.compare-handle'))).toBe('rgb(255, 255, 255)');
  expect(getComputedStyle(find('.region-box')).boxShadow).toContain('rgb(255, 255, 255)');
  expect(background(element.inside('.viewer-compare'))).not.toBe(background(element.inside('.viewer-mark')));
});
