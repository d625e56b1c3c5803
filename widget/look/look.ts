import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Look } from '../../worker/protocol.ts';
import { chooseTokens, luminance } from './contrast.ts';
import { readPage } from './page-colours.ts';

/** Pages fade to another theme. Their grounds are read again when that is over. */
const FADED_AFTER_MS = 500;

/**
 * Gives the element the colours of its page: on connect, whenever it comes into view, and when the page changes them.
 * A sheet of the element's own carries them, which a strict content security policy allows.
 */
export class PageLook implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #sheet = new CSSStyleSheet();
  readonly #inView = new IntersectionObserver(() => this.read());
  readonly #theme = new MutationObserver(() => this.#readSoon());
  #site: Look = {};
  #timer = 0;

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
    this.#sheet.replaceSync(':host{}.base{}');
  }

  hostConnected() {
    const { shadowRoot } = this.#host;
    if (!shadowRoot) return;
    if (!shadowRoot.adoptedStyleSheets.includes(this.#sheet)) shadowRoot.adoptedStyleSheets.push(this.#sheet);
    shadowRoot.addEventListener('transitionrun', this.#onTransition);
    this.#inView.observe(this.#host);
    const options = { attributeFilter: ['class', 'style', 'data-theme'] };
    for (const element of [document.documentElement, document.body]) this.#theme.observe(element, options);
    this.read();
  }

  hostDisconnected() {
    this.#inView.disconnect();
    this.#theme.disconnect();
    clearTimeout(this.#timer);
  }

  /** How the owner wants the element to look where the page sets nothing. */
  set site(look: Look) {
    this.#site = look;
    this.read();
  }

  /** Reads the page and sets the tokens of the base sheet. */
  read() {
    if (!this.#host.isConnected) return;
    const { accent: chosen, radius, font, scheme } = this.#site;
    const { ink, paper, accent } = readPage(this.#host, chosen);
    const dark = luminance(paper) < luminance(ink);
    const tokens = { ...chooseTokens(ink, paper, accent), '--_c': radius, '--_f': font };
    const [host, base] = [...this.#sheet.cssRules].map((rule) => (rule as CSSStyleRule).style);
    for (const [name, value] of Object.entries(tokens)) host?.setProperty(name, value ?? '');
    // Scroll bars, menus and `light-dark()` follow, also where a page is dark without saying so.
    base?.setProperty('color-scheme', scheme ?? (dark ? 'dark' : 'light'));
  }

  /** The base has transitions of no length for the colours that it inherits, because changes fire no event otherwise. */
  readonly #onTransition = ({ target }: Event) => {
    if (!(target as Element).matches('.base')) return;
    this.read();
    this.#readSoon();
  };

  #readSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.read(), FADED_AFTER_MS);
  }
}
