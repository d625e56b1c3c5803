import type { ReactiveController } from 'lit';
import { quietly } from './api/problem.ts';
import type { StudioAttributes } from './attributes.ts';
import type { renderSettings, SettingsView } from './render/settings.ts';

/** Whether the settings are open. Their code is loaded when they first open. */
export class SettingsPanel implements ReactiveController {
  open = false;

  readonly #host: StudioAttributes;
  #render: typeof renderSettings | undefined;

  constructor(host: StudioAttributes) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdate() {
    // A site without settings must not keep an open panel.
    if (this.#host.withoutSettings) this.open = false;
  }

  toggle() {
    this.open = !this.open;
    this.#host.requestUpdate();
    if (this.open) void quietly(this.#load());
  }

  /** The open panel; undefined while it is closed or loading. */
  render(view: SettingsView): unknown {
    return this.open ? this.#render?.(view) : undefined;
  }

  async #load() {
    if (this.#render) return;
    const { renderSettings, settingsStyles } = await import('./render/settings.ts');
    const { shadowRoot } = this.#host;
    const sheet = settingsStyles.styleSheet;
    if (shadowRoot && sheet) shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, sheet];
    this.#render = renderSettings;
    this.#host.requestUpdate();
  }
}
