/** A press becomes a drag after this way, in pixels. */
const SLOP = 6;

export interface DragActions {
  /** The dragged one now belongs to another place. The list renders again with as many elements. */
  onMove: (to: number) => void;
  /** It was let go there. */
  onDrop: (to: number) => void;
}

/**
 * Lets the pointer carry an element of a wrapping list to another place. The element at a place stays: only its content
 * changes with the order, so neither focus nor the pointer is lost. The list must be positioned.
 *
 * @param event The `pointerdown`.
 * @param from Place of the pressed element.
 */
export function startDrag(event: PointerEvent, list: HTMLElement, from: number, { onMove, onDrop }: DragActions): void {
  const places = [...list.children] as HTMLElement[];
  const first = places[from];
  if (!first || event.button !== 0 || places.length < 2) return;
  const { pointerId, clientX, clientY } = event;
  const grip = { x: clientX - first.offsetLeft, y: clientY - first.offsetTop };
  const done = new AbortController();
  let at = from;
  let isDragging = false;

  const letGo = () => {
    const place = places[at];
    if (place) place.style.translate = '';
    place?.classList.remove('held');
  };
  const follow = (moved: PointerEvent) => {
    if (moved.pointerId !== pointerId) return;
    if (!isDragging && Math.hypot(moved.clientX - clientX, moved.clientY - clientY) < SLOP) return;
    // The list takes the pointer, so that no button is clicked at the end.
    if (!isDragging) list.setPointerCapture(pointerId);
    isDragging = true;
    const x = moved.clientX - grip.x;
    const y = moved.clientY - grip.y;
    const to = nearest(places, x, y);
    if (to !== at) {
      letGo();
      at = to;
      onMove(to);
    }
    const place = places[at];
    if (!place) return;
    place.style.translate = `${x - place.offsetLeft}px ${y - place.offsetTop}px`;
    place.classList.add('held');
  };
  const end = (ended: PointerEvent) => {
    if (ended.pointerId !== pointerId) return;
    // A finger belongs to what it touched until the list takes it.
    if (ended.type === 'lostpointercapture' && ended.target !== list) return;
    done.abort();
    letGo();
    if (isDragging) onDrop(at);
  };
  const { signal } = done;
  list.addEventListener('pointermove', follow, { signal });
  for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
    list.addEventListener(type, end, { signal });
  }
}

/** The place whose upper left corner is nearest. All are of one size. */
function nearest(places: readonly HTMLElement[], x: number, y: number): number {
  const ways = places.map(({ offsetLeft, offsetTop }) => Math.hypot(offsetLeft - x, offsetTop - y));
  return ways.indexOf(Math.min(...ways));
}
