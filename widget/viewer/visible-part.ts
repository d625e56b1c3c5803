/**
 * Shrinks a dialog to the part of its frame that the visitor sees. A frame that grows with its content may be taller
 * than the window around it: a dialog as high as the frame would have its bar out of sight. Only an intersection
 * observer knows that part, because a script cannot ask the page around a foreign frame.
 */
export async function shrinkToSight(dialog: HTMLElement): Promise<void> {
  if (self === top) return;
  const { style } = dialog;
  // The observer answers after the next layout. The dialog must not flash up in the wrong size.
  style.opacity = '0';
  const { boundingClientRect: whole, intersectionRect: seen } = await observe(dialog);
  style.opacity = '';
  if (seen.height === 0 || seen.height > whole.height - 1) return;
  style.top = `${seen.top}px`;
  style.height = `${seen.height}px`;
  style.setProperty('--_around', 'var(--_paper)');
}

const observe = (element: Element) =>
  new Promise<IntersectionObserverEntry>((resolve) => {
    const observer = new IntersectionObserver(([entry]) => {
      observer.disconnect();
      resolve(entry!);
    });
    observer.observe(element);
  });
