import { html } from 'lit';
import { icon } from '../icons.ts';

export interface MenuItem {
  text: string;
  /** Paths of an icon. */
  icon?: string;
  isDisabled?: boolean;
  onChoose: (event: MouseEvent) => void;
}

/** A menu that a button with `popovertarget` opens beside itself. The browser closes it with Escape and a press outside. */
export const renderMenu = (id: string, label: string, items: readonly MenuItem[]) => html`
  <div
    id=${id}
    class="ref-menu"
    popover
    role="menu"
    aria-label=${label}
    @toggle=${onToggle}
    @beforetoggle=${onBeforeToggle}
    @keydown=${onKeyDown}
  >
    ${items.map(
      ({ text, icon: paths, isDisabled = false, onChoose }) => html`
        <button
          type="button"
          role="menuitem"
          tabindex="-1"
          aria-disabled=${isDisabled ? 'true' : 'false'}
          @click=${(event: MouseEvent) => {
            if (isDisabled) return;
            (event.currentTarget as HTMLElement).closest<HTMLElement>('[popover]')?.hidePopover();
            onChoose(event);
          }}
        >
          ${paths && icon(paths)}${text}
        </button>
      `,
    )}
  </div>
`;

function onToggle({ newState, currentTarget }: ToggleEvent) {
  if (newState === 'open') (currentTarget as HTMLElement).querySelector('button')?.focus();
}

/** Chromium gives focus back to the button only outside of shadow trees. */
function onBeforeToggle({ newState, currentTarget }: ToggleEvent) {
  const menu = currentTarget as HTMLElement;
  if (newState === 'open' || !menu.matches(':focus-within')) return;
  (menu.getRootNode() as ParentNode).querySelector<HTMLElement>(`[popovertarget="${menu.id}"]`)?.focus();
}

function onKeyDown(event: KeyboardEvent) {
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.querySelectorAll('button')];
  const at = items.indexOf(event.target as HTMLButtonElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  // The element around has its own use for Escape and the arrows.
  if (event.key !== 'Tab') event.stopPropagation();
  else menu.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}
