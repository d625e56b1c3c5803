/**
 * Follows one pointer from its press until it is lifted. The element hears the pointer wherever it goes.
 *
 * @param move Called for each movement and once more at the end.
 * @param cancel The gesture became another one: the browser scrolls, or a second finger came down.
 */
export function followPointer(
  element: HTMLElement,
  { pointerId }: PointerEvent,
  move: (event: PointerEvent) => void,
  cancel: () => void,
): void {
  const over = new AbortController();
  const on = (
    type: 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel',
    act: (event: PointerEvent) => void,
  ) => element.addEventListener(type, act, { signal: over.signal });
  const end = (act: (event: PointerEvent) => void) => (event: PointerEvent) => {
    // A second finger has another id; its lifting is not the end of the first.
    if (event.type !== 'pointerdown' && event.pointerId !== pointerId) return;
    over.abort();
    act(event);
  };
  element.setPointerCapture(pointerId);
  on('pointermove', (event) => event.pointerId === pointerId && move(event));
  on('pointerup', end(move));
  on('pointercancel', end(cancel));
  on('pointerdown', end(cancel));
}
