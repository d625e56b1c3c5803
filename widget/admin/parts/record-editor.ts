import { LitElement, type PropertyValues } from 'lit';
import type { Desk } from '../page.ts';
import type { LoadedSite } from '../sites/saving.ts';

/** What the editors of a site's record share: the record as it was loaded, and keys that work in the whole document. */
export abstract class RecordEditor extends LitElement {
  static override properties = {
    desk: { attribute: false },
    site: { attribute: false },
    loaded: { state: true },
    loadProblem: { state: true },
  };

  declare desk: Desk;
  declare site: string;
  declare loaded: LoadedSite | undefined;
  /** Why nothing can be shown. */
  declare loadProblem: string;

  constructor() {
    super();
    this.loadProblem = '';
  }

  /** Loads the record of `site`. */
  abstract load(): Promise<void>;

  /** A key was pressed anywhere in the document. */
  protected abstract onKey(event: KeyboardEvent): void;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#onKey);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('site') && this.site) void this.load();
  }

  protected override updated(): void {
    this.dispatchEvent(new CustomEvent('desk-editor', { bubbles: true }));
  }

  readonly #onKey = (event: KeyboardEvent): void => this.onKey(event);
}
