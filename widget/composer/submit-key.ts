/** Whether a key press sends the prompt. */
export function isSubmitKey(event: KeyboardEvent, submitOn: 'enter' | 'mod-enter'): boolean {
  if (event.key !== 'Enter' || event.shiftKey) return false;
  // During a composition Enter chooses a word. Safari shows this only by the key code 229.
  if (event.isComposing || event.keyCode === 229) return false;
  return submitOn === 'enter' || event.metaKey || event.ctrlKey;
}
