import type { CSSResult, LitElement } from 'lit';

/** A module that is loaded when it is first needed. It may export `styles`. */
type Part = object & { styles?: CSSResult | readonly CSSResult[] };

/** A failed load is repeated once after this time: the network may have blinked. */
const AGAIN_MS = 800;

/** Loads the parts of the element and gives their styles to its shadow root. */
export class Parts {
  /** A part could not be loaded, twice: the page is older than the deployment, or there is no network. */
  isMissing = false;

  readonly #host: LitElement;
  readonly #loading = new Map<string, Promise<Part>>();
  readonly #loaded = new Map<string, Part>();

  constructor(host: LitElement) {
    this.#host = host;
  }

  /** The part if it is there already. Otherwise it is fetched, and the host renders again with it. */
  use<Module extends object>(name: string, fetchPart: () => Promise<Module>): Module | undefined {
    const part = this.#loaded.get(name);
    if (!part && !this.isMissing) this.load(name, fetchPart).catch(() => undefined);
    return part as Module | undefined;
  }

  /** Throws if the part could not be loaded; {@link isMissing} is then set and the host renders again. */
  load<Module extends object>(name: string, fetchPart: () => Promise<Module>): Promise<Module> {
    const known = this.#loading.get(name) ?? this.#fetch(name, fetchPart);
    this.#loading.set(name, known);
    return known as Promise<Module>;
  }

  async #fetch(name: string, fetchPart: () => Promise<Part>): Promise<Part> {
    try {
      const part = await fetchPart().catch(async () => {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        return fetchPart();
      });
      this.#adopt([part.styles ?? []].flat());
      this.#loaded.set(name, part);
      this.isMissing = false;
      return part;
    } catch (cause) {
      this.#loading.delete(name);
      this.isMissing = true;
      throw cause;
    } finally {
      this.#host.requestUpdate();
    }
  }

  #adopt(styles: readonly CSSResult[]) {
    const { shadowRoot } = this.#host;
    const sheets = styles.flatMap(({ styleSheet }) => styleSheet ?? []);
    if (shadowRoot) shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, ...sheets];
  }
}
