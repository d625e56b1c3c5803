/** Whether a key press sends the prompt. */
export function isSubmitKey(event: KeyboardEvent, submitOn: 'enter' | 'mod-enter'): boolean {
  if (event.key !== 'Enter' || event.shiftKey) return false;
  // Enter that ends a composition chooses a word. Safari tells it by the key code alone.
  if (event.isComposing || event.keyCode === 229) return false;
  return submitOn === 'enter' || event.metaKey || event.ctrlKey;
}
