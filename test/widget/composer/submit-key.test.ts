import { expect, it } from 'vitest';
import { isSubmitKey } from '../../../widget/composer/submit-key.ts';

it.each([
  { name: 'Enter', key: { key: 'Enter' }, enter: true, mod: false },
  { name: 'Shift and Enter', key: { key: 'Enter', shiftKey: true }, enter: false, mod: false },
  { name: 'Ctrl and Enter', key: { key: 'Enter', ctrlKey: true }, enter: true, mod: true },
  { name: 'Command and Enter', key: { key: 'Enter', metaKey: true }, enter: true, mod: true },
  { name: 'Enter in a composition', key: { key: 'Enter', isComposing: true }, enter: false, mod: false },
  { name: 'Enter that ends a composition in Safari', key: { key: 'Enter', keyCode: 229 }, enter: false, mod: false },
  { name: 'another key', key: { key: 'a' }, enter: false, mod: false },
])('reads $name', ({ key, enter, mod }) => {
  const event = new KeyboardEvent('keydown', key);

  expect(isSubmitKey(event, 'enter')).toBe(enter);
  expect(isSubmitKey(event, 'mod-enter')).toBe(mod);
});
