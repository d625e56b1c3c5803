/** Moves the focus between items: arrows in the direction of the text, Home and End, round and round. For `keydown`. */
export function rove(event: KeyboardEvent, items: readonly HTMLElement[]): void {
  const at = items.indexOf(event.target as HTMLElement);
  const onwards = getComputedStyle(event.currentTarget as Element).direction === 'rtl' ? -1 : 1;
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, ArrowRight: onwards, ArrowLeft: -onwards };
  const step = steps[event.key];
  const to = step ? at + step : { Home: 0, End: -1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}

/** For `keydown` of a row of buttons with one Tab stop. */
export const onRoveKey = (event: KeyboardEvent): void => rove(event, buttonsOf(event));

/** For `focusin` of the row: Tab comes back to the button that had the focus last. */
export function onRoveFocus(event: FocusEvent): void {
  for (const button of buttonsOf(event)) button.tabIndex = button === event.target ? 0 : -1;
}

const buttonsOf = ({ currentTarget }: Event): HTMLElement[] => [
  ...(currentTarget as Element).querySelectorAll<HTMLElement>('button:enabled'),
];
