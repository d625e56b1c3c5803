import { html, render } from 'lit';
import { afterEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { renderAddMenu, styles } from '../../../widget/references/part.ts';
import { Words } from '../../../widget/words/words.ts';

const place = document.createElement('div');
const root = place.attachShadow({ mode: 'open' });
root.adoptedStyleSheets = [styles.styleSheet as CSSStyleSheet];
afterEach(() => place.remove());

it.each([
  ['Take a photo', '{Enter}', true],
  ['Choose a file', '{ArrowDown}{Enter}', false],
])('"%s" is chosen with %s', async (text, keys, capture) => {
  document.body.append(place);
  const picked: boolean[] = [];
  const menu = renderAddMenu({ words: new Words(), onPick: (isPhoto) => picked.push(isPhoto) });
  render(html`<button popovertarget="add-menu">Add pictures</button>${menu}`, root);
  const button = root.querySelector('button') as HTMLButtonElement;
  const opened = new Promise((resolve) => root.querySelector('[popover]')?.addEventListener('toggle', resolve));

  button.focus();
  await userEvent.keyboard('{Enter}');
  await opened;
  expect(root.querySelector('[role=menu]')?.textContent).toContain(text);
  await userEvent.keyboard(keys);

  expect(picked).toEqual([capture]);
  expect(root.querySelector(':popover-open')).toBeNull();
  expect(root.activeElement).toBe(button);
});
