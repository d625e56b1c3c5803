/**
 * The search: a combobox with a list of links (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). The index comes when
 * the field gets the focus. `/` goes to it, arrows choose, Enter opens, Escape closes and then empties.
 */
import type { Hit, Search } from './search.ts';
import { WORDS } from './words.ts';

export function createSearchField(): DocumentFragment {
  const label = make('label', { textContent: WORDS.search, htmlFor: 'search', className: 'visually-hidden' });
  const input = make('input', { id: 'search', type: 'search', placeholder: WORDS.search, autocomplete: 'off' });
  setAttributes(input, {
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': 'found',
    'aria-autocomplete': 'list',
    'aria-keyshortcuts': '/',
  });
  const list = make('div', { id: 'found', className: 'found', hidden: true });
  setAttributes(list, { role: 'listbox', 'aria-label': WORDS.results });
  const status = make('p', { className: 'status', hidden: true });
  setAttributes(status, { role: 'status' });
  const key = make('kbd', { textContent: '/' });
  setAttributes(key, { 'aria-hidden': 'true' });

  let loading: Promise<Search | undefined> | undefined;
  let chosen = -1;

  const options = () => [...list.querySelectorAll<HTMLAnchorElement>('[role=option]')];

  function close() {
    list.hidden = true;
    status.hidden = true;
    choose(-1);
    input.setAttribute('aria-expanded', 'false');
  }

  function choose(at: number) {
    chosen = at;
    for (const [place, option] of options().entries()) {
      option.setAttribute('aria-selected', String(place === at));
      if (place === at) option.scrollIntoView({ block: 'nearest' });
    }
    if (at < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `found-${at}`);
  }

  function say(words: string) {
    status.hidden = false;
    status.textContent = words;
  }

  function load(): Promise<Search | undefined> {
    loading ??= import('./search.ts')
      .then(({ loadSearch }) => loadSearch())
      .catch((error: unknown) => {
        console.error(error);
        // The next focus or letter tries again.
        loading = undefined;
        return undefined;
      });
    return loading;
  }

  async function show() {
    const words = input.value.trim();
    if (words === '') return close();
    if (list.hidden) say(WORDS.loading);
    const search = await load();
    // A later letter has its own answer.
    if (words !== input.value.trim()) return;
    const hits = search?.(words) ?? [];
    list.replaceChildren(...hits.map(renderHit));
    list.hidden = hits.length === 0;
    input.setAttribute('aria-expanded', String(hits.length > 0));
    choose(hits.length > 0 ? 0 : -1);
    if (!search) say(WORDS.failed);
    else say(hits.length === 0 ? WORDS.none : WORDS.count(hits.length));
  }

  input.addEventListener('focus', () => void load());
  input.addEventListener('input', () => void show());
  input.addEventListener('keydown', (event) => {
    const all = options();
    const isOpen = !list.hidden;
    const next = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 + all.length }[event.key];
    if (event.key === 'ArrowDown' && !isOpen) void show();
    else if (next !== undefined && isOpen) choose(next % all.length);
    else if (event.key === 'Enter' && isOpen) all[chosen]?.click();
    else if (event.key === 'Escape' && (isOpen || !status.hidden)) close();
    else if (event.key === 'Escape' && input.value !== '') input.value = '';
    else return;
    event.preventDefault();
  });
  // A section of this page opens without a new document.
  list.addEventListener('click', close);
  input.addEventListener('blur', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && list.contains(relatedTarget))) close();
  });
  // Keeps the focus in the field, so that the list is still there when the click arrives.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof Element && event.target.matches('input, textarea, select');
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  const fragment = document.createDocumentFragment();
  fragment.append(label, input, key, list, status);
  return fragment;
}

function renderHit({ address, page, heading, excerpt }: Hit, at: number): HTMLElement {
  const link = make('a', { id: `found-${at}`, href: address, tabIndex: -1 });
  setAttributes(link, { role: 'option', 'aria-selected': 'false' });
  link.append(
    make('b', { textContent: heading }),
    make('small', { textContent: page }),
    make('span', { textContent: excerpt }),
  );
  return link;
}

const make = <Tag extends 'a' | 'b' | 'div' | 'input' | 'kbd' | 'label' | 'p' | 'small' | 'span'>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
): HTMLElementTagNameMap[Tag] => Object.assign(document.createElement(tag), properties);

function setAttributes(element: Element, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
