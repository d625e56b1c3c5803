import { html, nothing } from 'lit';
import type { StudioAttributes } from '../attributes.ts';
import type { Settings } from '../settings.ts';
import type { Words } from '../words.ts';

export interface ComposerView {
  words: Words;
  attributes: StudioAttributes;
  working: boolean;
  /** A limit lasts: Generate stays focusable and does nothing. */
  waiting: boolean;
  /** Why the prompt cannot be sent, or empty. */
  invalid: string;
  ideas: readonly string[];
  hasResult: boolean;
  /** Undefined while the site is unknown. */
  settings: Settings | undefined;
  /** The facts of the site did not load. */
  settingsMissing: boolean;
  settingsOpen: boolean;
  /** The open panel, or nothing. */
  panel: unknown;
  onInput(event: InputEvent): void;
  onChange(): void;
  onKeyDown(event: KeyboardEvent): void;
  onIdea(event: MouseEvent): void;
  onToggleSettings(): void;
  onPrimary(event: MouseEvent): void;
  onGoToResult(): void;
}

/** The count is shown from this share of the limit. */
const NEARLY_FULL = 0.9;

export function renderComposer(view: ComposerView) {
  const { words, attributes, invalid } = view;
  const { value, maxlength } = attributes;
  const left = maxlength - value.length;
  const full = value.length >= maxlength * NEARLY_FULL;
  return html`
    <form part="composer" class="composer" novalidate @submit=${(event: SubmitEvent) => event.preventDefault()}>
      <label part="label" for="prompt"><slot name="label">${attributes.label || words.label}</slot></label>
      <div class="field">
        <textarea
          id="prompt"
          part="prompt"
          dir="auto"
          rows="3"
          enterkeyhint=${attributes.submitOn === 'enter' ? 'go' : 'enter'}
          aria-describedby="hint count"
          aria-invalid=${invalid ? 'true' : 'false'}
          maxlength=${maxlength}
          placeholder=${attributes.placeholder || words.placeholder}
          ?disabled=${attributes.disabled}
          .value=${value}
          @input=${view.onInput}
          @change=${view.onChange}
          @keydown=${view.onKeyDown}
        ></textarea>
        ${attributes.withoutIdeas ? nothing : renderIdeas(view)}
      </div>
      <div class="hints">
        <span id="hint" part="hint" class=${invalid ? 'invalid' : ''}>
          ${invalid || html`<slot name="hint">${attributes.hint || html`<span class="keys">${words.keys[attributes.submitOn]}</span>`}</slot>`}
        </span>
        <span id="count" part="count">${full ? words.charactersLeft(left) : nothing}</span>
      </div>
      <div part="toolbar" class="toolbar">${renderSummary(view)}${renderPrimary(view)}</div>
      ${
        view.hasResult
          ? html`<button type="button" class="skip" @click=${view.onGoToResult}>${words.goToResult}</button>`
          : nothing
      }
      ${view.panel}
    </form>
  `;
}

function renderIdeas({ words, ideas, attributes, onIdea }: ComposerView) {
  return html`
    <div class="ideas" role="group" aria-label=${words.ideas} @click=${onIdea}>
      <slot name="ideas">
        ${ideas.map((idea) => html`<button type="button" class="chip" dir="auto" ?disabled=${attributes.disabled} value=${idea}>${idea}</button>`)}
      </slot>
    </div>
  `;
}

function renderSummary(view: ComposerView) {
  const { words, attributes, settingsOpen, settings, onToggleSettings } = view;
  if (attributes.withoutSettings) return html`<span class="summary"></span>`;
  return html`
    <button
      type="button"
      class="summary"
      aria-expanded=${settingsOpen ? 'true' : 'false'}
      aria-controls="settings"
      ?disabled=${!settings}
      @click=${onToggleSettings}
    >
      <span class="visually-hidden">${words.settings}: </span><span class="line">${summaryOf(view)}</span>
      <svg class="chevron" viewBox="0 0 12 12" aria-hidden="true"><path d="M2 4l4 4 4-4" /></svg>
    </button>
  `;
}

/** "Nano Banana, 16:9, 1K, about 8 s": a closed panel never hides what a picture takes. */
function summaryOf({ words, settings, settingsMissing }: ComposerView): string {
  if (!settings) return settingsMissing ? words.settingsMissing : words.settingsLoading;
  const { model, aspectRatio, size, expectedMs } = settings;
  const shape = aspectRatio === 'auto' ? [] : [aspectRatio];
  const time = expectedMs === undefined ? [] : [words.about(Math.max(1, Math.round(expectedMs / 1000)))];
  return [model.displayName, ...shape, words.sizeName(size), ...time].join(' · ');
}

/** Generate and Cancel are one element of one size, so that focus stays and nothing moves. */
function renderPrimary({ words, working, waiting, attributes, onPrimary }: ComposerView) {
  return html`
    <button
      type="button"
      part=${working ? 'cancel' : 'submit'}
      class="primary"
      ?disabled=${attributes.disabled}
      aria-disabled=${waiting ? 'true' : 'false'}
      @click=${onPrimary}
    >
      <span class="face ${working ? 'off' : ''}">${words.generate}</span>
      <span class="face ${working ? '' : 'off'}">${words.cancel}</span>
    </button>
  `;
}
