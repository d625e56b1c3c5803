/**
 * The way between the picture on the page and the picture on the whole screen. It is an animation of our own and not a
 * view transition of the document: that one would break off a transition of the page, and hold the page still.
 */

const DURATION_MS = 260;
const EASING = 'cubic-bezier(.2,0,0,1)';

/**
 * Lets the dialog appear, or disappear, and its picture travel.
 *
 * @param place Where the picture is on the page; the picture stays where it is if there is no such place in sight.
 * @returns When it has arrived; at once where the visitor or the page wants no motion.
 */
export async function fly(dialog: HTMLElement, place: Element | undefined, direction: 'in' | 'out'): Promise<void> {
  const duration = DURATION_MS * (Number(getComputedStyle(dialog).getPropertyValue('--_motion')) || 0);
  if (duration === 0) return;
  const timing: KeyframeAnimationOptions = {
    duration,
    easing: EASING,
    fill: 'both',
    direction: direction === 'in' ? 'normal' : 'reverse',
  };
  const picture = dialog.querySelector<HTMLElement>('.viewer-picture')!;
  const travel = place && travelBetween(place.getBoundingClientRect(), picture.getBoundingClientRect());
  const moves = [dialog.animate({ backgroundColor: ['transparent', 'var(--_paper)'] }, timing)];
  for (const part of dialog.querySelectorAll('.viewer-bar, .viewer-foot, .viewer-label'))
    moves.push(part.animate({ opacity: [0, 1] }, timing));
  moves.push(picture.animate(travel ? { transform: [travel, 'none'] } : { opacity: [0, 1] }, timing));
  // On its way the picture crosses the edge of its room.
  moves.push(picture.closest('.viewer-body')!.animate({ overflow: ['visible', 'visible'] }, timing));
  // A rejection means that the dialog is gone.
  await Promise.allSettled(moves.map(({ finished }) => finished));
  for (const move of moves) move.cancel();
}

/** The transform that takes a box, from its upper left corner, to another. Undefined if that one is not in sight. */
function travelBetween(to: DOMRect, from: DOMRect): string | undefined {
  const isInSight = to.width > 0 && to.height > 0 && to.bottom > 0 && to.top < innerHeight;
  if (!isInSight || from.width === 0 || from.height === 0) return undefined;
  const [x, y] = [to.left - from.left, to.top - from.top];
  return `translate(${x}px, ${y}px) scale(${to.width / from.width}, ${to.height / from.height})`;
}
