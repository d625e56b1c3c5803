import { expect, it } from 'vitest';
import { shrinkToSight } from '../../../widget/viewer/visible-part.ts';

/** The page of a test is a frame, as the page of a site builder is. */
function covering(top: number, height: number): HTMLElement {
  const dialog = document.createElement('div');
  dialog.style.cssText = `position: fixed; inset-inline: 0; top: ${top}px; height: ${height}px`;
  document.body.append(dialog);
  return dialog;
}

it('is as high as the part of the frame that is in sight', async () => {
  const dialog = covering(-200, 5000);

  await shrinkToSight(dialog);

  const { top, height } = dialog.getBoundingClientRect();
  expect([top, height]).toEqual([0, innerHeight]);
  expect(dialog.style.opacity).toBe('');
  dialog.remove();
});

it('leaves a dialog alone that is in sight, so that it follows the window', async () => {
  const dialog = covering(0, innerHeight);

  await shrinkToSight(dialog);

  expect(dialog.style.getPropertyValue('--_around')).toBe('');
  dialog.remove();
});
