import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Look } from '../../worker/protocol.ts';
import { chooseTokens, luminance } from './contrast.ts';
import { readPage } from './page-colours.ts';

/** Pages fade to another theme. Their grounds are read again when that is over. */
const FADED_AFTER_MS = 500;

/**
 * Gives the element the colours of its page: on connect, when it is told to, and when the page changes them. A sheet of
 * the element's own carries them, which a strict content security policy allows.
 */
export class PageLook implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #sheet = new CSSStyleSheet();
  readonly #theme = new MutationObserver(() => this.#readSoon());
  #site: Look = {};
  #rules = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected() {
    const { shadowRoot } = this.#host;
    if (!shadowRoot) return;
    if (!shadowRoot.adoptedStyleSheets.includes(this.#sheet)) shadowRoot.adoptedStyleSheets.push(this.#sheet);
    shadowRoot.addEventListener('transitionrun', this.#onTransition);
    for (const element of [document.documentElement, document.body])
      this.#theme.observe(element, { attributeFilter: ['class', 'style', 'data-theme'] });
    this.read();
  }

  hostDisconnected() {
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
    // Scroll bars, menus and `light-dark()` follow the paper, also where a page is dark without saying so.
    const own = luminance(paper) < luminance(ink) ? 'dark' : 'light';
    const rules = `
      .base { color-scheme: ${scheme ?? own} }
      :host {
        ${chooseTokens(ink, paper, accent)}
        ${radius ? `--_c: ${radius};` : ''}
        ${font ? `--_f: ${font};` : ''}
      }
    `;
    if (rules !== this.#rules) this.#sheet.replaceSync(rules);
    this.#rules = rules;
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
