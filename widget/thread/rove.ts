/** Buttons in a row with one Tab stop: arrows, Home and End move inside. */

/** For `keydown` of the row. */
export function onRoveKey(event: KeyboardEvent): void {
  const row = event.currentTarget as HTMLElement;
  const buttons = buttonsOf(row);
  const at = buttons.indexOf(event.target as HTMLElement);
  const forward = getComputedStyle(row).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const to = { Home: 0, End: -1, ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  const sideways = /^Arrow(Left|Right)$/.test(event.key) ? at + (event.key === forward ? 1 : -1) : undefined;
  const next = buttons.at((to ?? sideways ?? Number.NaN) % buttons.length);
  if ((to ?? sideways) === undefined || at < 0) return;
  event.preventDefault();
  next?.focus();
}

/** For `focusin` of the row: Tab comes back to the button that had the focus last. */
export function onRoveFocus(event: FocusEvent): void {
  for (const button of buttonsOf(event.currentTarget as HTMLElement))
    button.tabIndex = button === event.target ? 0 : -1;
}

const buttonsOf = (row: HTMLElement): HTMLElement[] => [...row.querySelectorAll<HTMLElement>('button:enabled')];
