import type { CSSResult, LitElement } from 'lit';
import { PeelError } from './api/peel-error.ts';

/** A module that is loaded when it is first needed. It may export `styles`. */
type Part = object & { styles?: CSSResult | readonly CSSResult[] };

/** What can follow the first press, by whatever name it is asked for. */
export const loadRest = () => import('./rest.ts');

/** A failed load is repeated once after this time: the network may have blinked. */
const AGAIN_MS = 800;

/** Loads the parts of the element and gives their styles to its shadow root. */
export class Parts {
  readonly #host: LitElement;
  readonly #onMissing: () => void;
  readonly #loading = new Map<string, Promise<Part>>();
  readonly #loaded = new Map<string, Part>();
  readonly #missing = new Set<string>();

  constructor(host: LitElement, onMissing: () => void) {
    this.#host = host;
    this.#onMissing = onMissing;
  }

  /** A part could not be loaded, twice: the page is older than the deployment, or there is no network. */
  get isMissing(): boolean {
    return this.#missing.size > 0;
  }

  /** The part if it is there already. Otherwise it is fetched, and the host renders again with it. */
  use<Module extends object>(name: string, fetchPart: () => Promise<Module>): Module | undefined {
    const part = this.#loaded.get(name);
    if (!part && !this.#missing.has(name)) this.load(name, fetchPart).catch(() => undefined);
    return part as Module | undefined;
  }

  /** @throws PeelError if the part could not be loaded; {@link isMissing} is then set and the host renders again. */
  load<Module extends object>(name: string, fetchPart: () => Promise<Module>): Promise<Module> {
    const known = this.#loading.get(name) ?? this.#fetch(name, fetchPart);
    this.#loading.set(name, known);
    return known as Promise<Module>;
  }

  /** What did not come is fetched when it is needed again. */
  readonly retry = () => {
    this.#missing.clear();
    this.#host.requestUpdate();
  };

  async #fetch(name: string, fetchPart: () => Promise<Part>): Promise<Part> {
    try {
      const part = await fetchPart().catch(async () => {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        return fetchPart();
      });
      this.#adopt([part.styles ?? []].flat());
      this.#loaded.set(name, part);
      this.#missing.delete(name);
      return part;
    } catch (cause) {
      this.#loading.delete(name);
      this.#missing.add(name);
      this.#onMissing();
      throw new PeelError('OUT_OF_DATE', String(cause), { retryable: true });
    } finally {
      this.#host.requestUpdate();
    }
  }

  #adopt(styles: readonly CSSResult[]) {
    const { shadowRoot } = this.#host;
    const sheets = shadowRoot?.adoptedStyleSheets;
    // Parts share sheets, and several may be one module.
    for (const { styleSheet } of styles) if (styleSheet && !sheets?.includes(styleSheet)) sheets?.push(styleSheet);
  }
}
