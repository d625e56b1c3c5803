/** The menu behind the button ⋯ under a picture. */
import { html, noChange, nothing, type TemplateResult } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { icon } from '../icons.ts';
import { renderItem, renderMenu } from '../menu/menu.ts';
import type { Result } from '../model.ts';
import { COPY, DETAILS, DOWNLOAD, FLAG, LINK, SHARE, TICK } from '../more-icons.ts';
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
  /** Absent: the site takes no reports. */
  onReport?: (() => unknown) | undefined;
  /** The browser has closed it: Escape, Tab, a press outside, or an item that leads away. */
  onClose: () => void;
}

const TYPES: readonly FileType[] = ['original', 'webp', 'jpeg'];

/** The open menu. It stands right after its button in the page, and shows itself there. */
export function renderSaveMenu(view: MenuView): TemplateResult {
  const { words, result, done, savedAs = 'original', onClose } = view;
  // The clipboard is missing where the page is not secure.
  const hasClipboard = 'clipboard' in navigator;
  const item = (text: Key, drawn: string | undefined, isDone: boolean, onChoose: () => unknown) =>
    renderItem({
      text: words.say(isDone && done ? done : text),
      icon: isDone ? TICK : drawn,
      stays: true,
      part: 'action',
      onChoose,
    });
  const content = html`
    ${
      view.showCopy && hasClipboard && 'ClipboardItem' in globalThis
        ? item('copyPicture', COPY, done === 'copied', view.onCopy)
        : nothing
    }
    ${
      view.showShare && 'share' in navigator
        ? renderItem({
            text: words.say('share'),
            icon: SHARE,
            isMirrored: true,
            part: 'action',
            onChoose: view.onShare,
          })
        : nothing
    }
    ${
      view.showShare && hasClipboard && hasLink(result)
        ? item('copyLink', LINK, done === 'linkCopied', view.onLink)
        : nothing
    }
    ${
      view.showDownload
        ? html`
          <div role="group" aria-label=${words.say('downloadAs')}>
            <span class="menu-heading small quiet" aria-hidden="true">${icon(DOWNLOAD)}${words.say('downloadAs')}</span>
            <span class="menu-row">
              ${TYPES.map((type) =>
                item(type, undefined, done === 'saved' && savedAs === type, () => view.onDownload(type)),
              )}
            </span>
          </div>
        `
        : nothing
    }
    <div role="separator"></div>
    ${renderItem({ text: words.say('details'), icon: DETAILS, part: 'action', onChoose: view.onDetails })}
    ${
      view.onReport
        ? renderItem({
            text: words.say('report'),
            icon: FLAG,
            isMirrored: true,
            part: 'action',
            onChoose: view.onReport,
          })
        : nothing
    }
  `;
  return renderMenu(content, { label: words.say('more'), onClose, directive: showOnce() });
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
  if (menu.isConnected) menu.showPopover();
}
