/** The menu behind the button ⋯ under a picture. */
import { html, noChange, nothing, type TemplateResult } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { icon } from '../icons.ts';
import type { Result } from '../model.ts';
import { COPY, DETAILS, DOWNLOAD, LINK, SHARE, TICK } from '../more-icons.ts';
import type { Key } from '../words/keys.ts';
import type { Words } from '../words/words.ts';
import { type FileType, hasLink } from './picture.ts';

/** What was just done. Its item says so. */
type Done = 'copied' | 'linkCopied' | 'saved';

export interface MenuView {
  words: Words;
  result: Result;
  done: Done | undefined;
  /** As what it was saved; absent: as it is. */
  savedAs?: FileType | undefined;
  showCopy: boolean;
  showShare: boolean;
  showDownload: boolean;
  /** An act may return its promise: its item is busy until then. */
  onCopy: () => unknown;
  onShare: () => unknown;
  onLink: () => unknown;
  onDownload: (type: FileType) => unknown;
  onDetails: () => void;
  /** The browser has closed it: Escape, Tab, a press outside, or an item that leads away. */
  onClose: () => void;
}

interface Item {
  text: Key;
  icon?: string;
  isMirrored?: boolean;
  /** The word that stands there for a moment. */
  done?: Key | false;
  onChoose: () => unknown;
  /** It leads away from the menu. */
  leaves?: true;
}

const TYPES: readonly FileType[] = ['original', 'webp', 'jpeg'];

/** The open menu. It stands right after its button in the page, and shows itself there. */
export function renderMenu(view: MenuView): TemplateResult {
  const { words, result, done, savedAs = 'original', onClose } = view;
  // The clipboard is missing where the page is not secure.
  const hasClipboard = 'clipboard' in navigator;
  const items: (Item | false)[] = [
    view.showCopy &&
      hasClipboard &&
      'ClipboardItem' in globalThis && {
        text: 'copyPicture',
        icon: COPY,
        done: done === 'copied' && done,
        onChoose: view.onCopy,
      },
    view.showShare &&
      'share' in navigator && { text: 'share', icon: SHARE, isMirrored: true, onChoose: view.onShare, leaves: true },
    view.showShare &&
      hasClipboard &&
      hasLink(result) && { text: 'copyLink', icon: LINK, done: done === 'linkCopied' && done, onChoose: view.onLink },
  ];
  const onToggle = ({ newState, currentTarget }: ToggleEvent) => {
    if (newState === 'closed') onClose();
    else joinButton(currentTarget as HTMLElement);
  };
  return html`
    <div class="menu" popover role="menu" aria-label=${words.say('more')} @beforetoggle=${giveFocusBack} @toggle=${onToggle} @keydown=${onKeyDown} ${showOnce()}>
      ${items.map((item) => (item ? renderItem(words, item) : nothing))}
      ${
        view.showDownload
          ? html`
            <div role="group" aria-label=${words.say('downloadAs')}>
              <span class="menu-heading small quiet" aria-hidden="true">${icon(DOWNLOAD)}${words.say('downloadAs')}</span>
              <span class="menu-row">
                ${TYPES.map((type) =>
                  renderItem(words, {
                    text: type,
                    done: done === 'saved' && savedAs === type && done,
                    onChoose: () => view.onDownload(type),
                  }),
                )}
              </span>
            </div>
          `
          : nothing
      }
      <div role="separator"></div>
      ${renderItem(words, { text: 'details', icon: DETAILS, onChoose: view.onDetails, leaves: true })}
    </div>
  `;
}

function renderItem(words: Words, { text, icon: paths, isMirrored = false, done, onChoose, leaves }: Item) {
  const drawn = done ? TICK : paths;
  async function onClick({ currentTarget }: Event) {
    const item = currentTarget as HTMLElement;
    if (leaves) menuOf(item).hidePopover();
    if (item.ariaBusy) return;
    item.ariaBusy = 'true';
    try {
      await onChoose();
    } finally {
      item.ariaBusy = null;
    }
  }
  return html`
    <button type="button" role="menuitem" tabindex="-1" part="action" class="plain" @click=${onClick}>
      ${drawn ? icon(drawn, isMirrored) : nothing}${words.say(done || text)}
    </button>
  `;
}

/** Opens the menu when it comes into the page. Once: the browser may have closed it before it is taken out again. */
class ShowOnce extends Directive {
  #isShown = false;

  render() {
    return noChange;
  }

  override update({ element }: ElementPart) {
    // The element is put into the page only after its template has been filled.
    if (!this.#isShown) queueMicrotask(() => show(element as HTMLElement));
    this.#isShown = true;
    return noChange;
  }
}

const showOnce = directive(ShowOnce);

function show(menu: HTMLElement) {
  if (!menu.isConnected) return;
  menu.showPopover();
  focusItem(menu, 0);
}

/**
 * Tells the browser whose menu it is. A press on the button is then not one outside, which would close the menu before
 * the press opens it again. Not while the menu opens: the press that opened it would go on to close it.
 */
function joinButton(menu: HTMLElement) {
  const button = menu.previousElementSibling;
  if (button instanceof HTMLButtonElement) button.popoverTargetElement = menu;
}

/** Browsers do it themselves, but some of them not in a shadow tree. */
function giveFocusBack({ newState, currentTarget }: ToggleEvent) {
  const menu = currentTarget as HTMLElement;
  const button = menu.previousElementSibling;
  if (newState === 'closed' && menu.matches(':focus-within') && button instanceof HTMLElement) button.focus();
}

function onKeyDown(event: KeyboardEvent) {
  const menu = menuOf(event.target as Element);
  // Focus goes back to the button, and Tab goes on from there.
  if (event.key === 'Tab') return menu.hidePopover();
  // The element around it has its own use for Escape, Enter and the arrows.
  event.stopPropagation();
  const at = itemsOf(menu).indexOf(event.target as HTMLElement);
  const [onwards, back] = menu.matches(':dir(rtl)') ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
  const { key } = event;
  const to =
    key === 'ArrowDown' || key === onwards
      ? at + 1
      : key === 'ArrowUp' || key === back
        ? at - 1
        : { Home: 0, End: -1 }[key];
  if (to === undefined) return;
  event.preventDefault();
  focusItem(menu, to);
}

function focusItem(menu: HTMLElement, at: number) {
  const items = itemsOf(menu);
  items.at(at % items.length)?.focus();
}

const menuOf = (inside: Element): HTMLElement => inside.closest<HTMLElement>('[role=menu]') as HTMLElement;
const itemsOf = (menu: HTMLElement): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
