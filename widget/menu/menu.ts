/** A menu beside its button, in a popover: the browser closes it with Escape and with a press outside. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import { rove } from '../rove.ts';

export interface MenuItem {
  text: string;
  /** Paths of an icon. */
  icon?: string | undefined;
  isMirrored?: boolean | undefined;
  isDisabled?: boolean;
  /** The menu stays, and shows what came of it. */
  stays?: boolean;
  part?: string;
  /** It may return its promise: the item is busy until then. */
  onChoose: (event: MouseEvent) => unknown;
}

interface MenuOptions {
  label: string;
  /** Of the button's `popovertarget`. Absent: the button stands right before the menu. */
  id?: string;
  onClose?: () => void;
  /** A directive of the menu's element. */
  directive?: unknown;
}

export function renderMenu(content: unknown, { label, id, onClose, directive }: MenuOptions): TemplateResult {
  const onToggle = ({ newState, currentTarget }: ToggleEvent) => {
    const menu = currentTarget as HTMLElement;
    if (newState === 'closed') return onClose?.();
    itemsOf(menu)[0]?.focus();
    const button = buttonOf(menu);
    // A press on the button is then not one outside, which would close the menu before the press opens it again. Not
    // while the menu opens: the press that opened it would go on to close it.
    if (!id && button) button.popoverTargetElement = menu;
  };
  return html`
    <div
      id=${id ?? nothing}
      class="menu"
      popover
      role="menu"
      aria-label=${label}
      @beforetoggle=${giveFocusBack}
      @toggle=${onToggle}
      @keydown=${onKeyDown}
      ${directive}
    >
      ${content}
    </div>
  `;
}

export function renderItem({ text, icon: paths, isMirrored, isDisabled, stays, part, onChoose }: MenuItem) {
  async function onClick(event: MouseEvent) {
    const item = event.currentTarget as HTMLElement;
    if (isDisabled || item.ariaBusy) return;
    if (!stays) menuOf(item).hidePopover();
    item.ariaBusy = 'true';
    try {
      await onChoose(event);
    } finally {
      item.ariaBusy = null;
    }
  }
  return html`
    <button
      type="button"
      role="menuitem"
      tabindex="-1"
      part=${part ?? nothing}
      class="plain"
      aria-disabled=${isDisabled ? 'true' : nothing}
      @click=${onClick}
    >
      ${paths ? icon(paths, isMirrored) : nothing}${text}
    </button>
  `;
}

/** Browsers do it themselves, but some of them not in a shadow tree. */
function giveFocusBack({ newState, currentTarget }: ToggleEvent) {
  const menu = currentTarget as HTMLElement;
  if (newState === 'closed' && menu.matches(':focus-within')) buttonOf(menu)?.focus();
}

function onKeyDown(event: KeyboardEvent) {
  const menu = event.currentTarget as HTMLElement;
  // Focus goes back to the button, and Tab goes on from there.
  if (event.key === 'Tab') return menu.hidePopover();
  // The element around it has its own use for Escape, Enter and the arrows.
  event.stopPropagation();
  rove(event, itemsOf(menu));
}

const buttonOf = (menu: HTMLElement): HTMLButtonElement | null =>
  menu.id
    ? (menu.getRootNode() as ParentNode).querySelector(`[popovertarget="${menu.id}"]`)
    : (menu.previousElementSibling as HTMLButtonElement | null);
const menuOf = (inside: Element): HTMLElement => inside.closest<HTMLElement>('[role=menu]') as HTMLElement;
const itemsOf = (menu: HTMLElement): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
