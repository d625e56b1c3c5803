import type { LitElement, ReactiveController } from 'lit';
import type { Desk, DeskPage } from './page.ts';
import { type Place, placeOf } from './routes.ts';

export interface NavigationOptions {
  /** What a page may use. undefined: the owner has not logged in. */
  desk: () => Desk | undefined;
  /** Asks before what was typed is lost. @returns Whether it may be. */
  confirmLeave: () => Promise<boolean>;
  /** The address bar names a page. @param isOther Another than before. */
  onShow: (isOther: boolean) => void;
}

/** Which page of the desk is open: links, Back and Forward, the part of a page that an address names. */
export class Navigation implements ReactiveController {
  /** undefined: the desk has no such page. */
  place: Place | undefined;
  page: DeskPage | undefined;
  /** The code of the page did not come. */
  hasFailed = false;
  readonly #host: LitElement;
  readonly #options: NavigationOptions;
  /** The address that is shown, to come back to from a question. */
  #address = '';
  /** The part of the page that the address names, until it is there. */
  #hash = '';

  constructor(host: LitElement, options: NavigationOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('popstate', this.#onPopState);
    addEventListener('beforeunload', this.#onUnload);
  }

  hostDisconnected(): void {
    removeEventListener('popstate', this.#onPopState);
    removeEventListener('beforeunload', this.#onUnload);
  }

  /** Most parts of a page are there once its answer is. */
  hostUpdated(): void {
    const target = this.#hash && this.#host.querySelector(`#${CSS.escape(this.#hash)}`);
    if (!target) return;
    this.#hash = '';
    target.scrollIntoView();
    if (target instanceof HTMLElement) {
      if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
  }

  async go(address: string): Promise<void> {
    const target = new URL(address, location.href);
    const isOther = target.pathname !== new URL(this.#address, location.href).pathname;
    if (isOther && !(await this.mayLeave())) return;
    history.pushState(null, '', target);
    await this.show();
  }

  /** @returns Whether nothing would be lost, or the owner lets it go. */
  async mayLeave(): Promise<boolean> {
    return !this.page?.unsaved || (await this.#options.confirmLeave());
  }

  /** Shows the page of the address bar. */
  async show(): Promise<void> {
    const isOther = location.pathname !== this.#address.split('?')[0];
    const isFirst = this.#address === '';
    this.#address = location.pathname + location.search;
    this.#hash = location.hash.slice(1);
    this.#options.onShow(isOther);
    const place = placeOf(location.pathname);
    const open = place && place.route === this.place?.route ? this.page : undefined;
    this.place = place;
    this.hasFailed = false;
    this.#host.requestUpdate();
    if (!place) this.page = undefined;
    else {
      try {
        if (!open) await place.route.load();
      } catch {
        if (this.place === place) {
          this.page = undefined;
          this.hasFailed = true;
          this.#host.requestUpdate();
        }
        return;
      }
      const desk = this.#options.desk();
      // Another page was asked for meanwhile.
      if (this.place !== place || !desk) return;
      const page = open ?? (document.createElement(place.route.element) as DeskPage);
      page.desk = desk;
      page.path = place.rest;
      page.query = new URLSearchParams(location.search);
      this.page = page;
      this.#host.requestUpdate();
    }
    if (!isOther || isFirst) return;
    await this.#host.updateComplete;
    scrollTo({ top: 0, behavior: 'instant' });
    // As on a page that was just opened: the first Tab is the skip link, the second the pause.
    this.#host.querySelector<HTMLElement>('#start')?.focus({ preventScroll: true });
  }

  /** Links inside the desk open without another page load. */
  onClick(event: MouseEvent): void {
    const link = (event.target as Element).closest?.('a');
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (!/^\/peel\/admin(?!\/api\/)(?:\/|$)/.test(link.pathname)) return;
    // A place on the same page is the browser's.
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    void this.go(link.href);
  }

  readonly #onPopState = async (): Promise<void> => {
    const target = location.pathname + location.search;
    const isOther = location.pathname !== this.#address.split('?')[0];
    if (isOther && this.page?.unsaved) {
      history.pushState(null, '', this.#address);
      if (!(await this.mayLeave())) return;
      history.pushState(null, '', target);
    }
    await this.show();
  };

  readonly #onUnload = (event: BeforeUnloadEvent): void => {
    if (this.page?.unsaved) event.preventDefault();
  };
}
