/** The mouse and fingers of Chromium itself: with pointer capture, scrolling and clicks as a visitor has them. */
import { cdp } from 'vitest/browser';

export interface Spot {
  x: number;
  y: number;
}

/** A spot of an element, as shares of its width and height. */
export function spotOf(element: Element, x = 0.5, y = 0.5): Spot {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width * x, y: box.top + box.height * y };
}

/** The test's page is a frame, and Chromium's protocol measures from the window. */
function inWindow({ x, y }: Spot): Spot {
  const frame = (window.frameElement as Element).getBoundingClientRect();
  const scale = frame.width / window.innerWidth;
  return { x: frame.left + x * scale, y: frame.top + y * scale };
}

const mouse = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', at: Spot) =>
  cdp().send('Input.dispatchMouseEvent', { type, ...inWindow(at), button: 'left', buttons: 1, clickCount: 1 });

/** @param way The last spot is where the button is let go. */
export async function dragMouse(from: Spot, ...way: Spot[]): Promise<void> {
  await mouse('mousePressed', from);
  for (const at of way) await mouse('mouseMoved', at);
  await mouse('mouseReleased', way.at(-1) ?? from);
}

export const click = (at: Spot): Promise<void> => dragMouse(at);

export async function dragFinger(from: Spot, ...way: Spot[]): Promise<void> {
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...spots: Spot[]) =>
    cdp().send('Input.dispatchTouchEvent', { type, touchPoints: spots.map(inWindow) });
  await touch('touchStart', from);
  for (const at of way) await touch('touchMove', at);
  await touch('touchEnd');
}
