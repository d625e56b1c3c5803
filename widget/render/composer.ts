import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Words } from '../words.ts';

export interface ComposerView {
  words: Words;
  label: string;
  hint: string;
  placeholder: string;
  value: string;
  /** Characters. */
  maxlength: number;
  disabled: boolean;
  working: boolean;
  /** A limit lasts: Generate stays in reach of the keyboard, and does nothing. */
  waiting: boolean;
  /** Why the prompt cannot go out, or empty. */
  invalid: string;
  ideas: readonly string[];
  showIdeas: boolean;
  hasResult: boolean;
  /** The line that opens the settings; undefined where there are none to open. */
  summary: { text: string; open: boolean; ready: boolean } | undefined;
  /** The open panel, or nothing. */
  settings: unknown;
  onInput(event: InputEvent): void;
  onChange(): void;
  onKeyDown(event: KeyboardEvent): void;
  onIdea(event: MouseEvent): void;
  onToggleSettings(): void;
  onPrimary(event: MouseEvent): void;
  onGoToResult(): void;
}

/** From this share of the limit on, the count is shown. */
const NEARLY_FULL = 0.9;

export function renderComposer(view: ComposerView) {
  const { words, value, maxlength, invalid } = view;
  const left = maxlength - value.length;
  const full = value.length >= maxlength * NEARLY_FULL;
  return html`
    <form part="composer" class="composer" novalidate @submit=${(event: SubmitEvent) => event.preventDefault()}>
      <label part="label" for="prompt"><slot name="label">${view.label || words.label}</slot></label>
      <div class="field">
        <textarea
          id="prompt"
          part="prompt"
          dir="auto"
          rows="3"
          enterkeyhint="go"
          aria-describedby="hint count"
          aria-invalid=${invalid ? 'true' : 'false'}
          maxlength=${maxlength}
          placeholder=${view.placeholder || words.placeholder}
          ?disabled=${view.disabled}
          .value=${live(value)}
          @input=${view.onInput}
          @change=${view.onChange}
          @keydown=${view.onKeyDown}
        ></textarea>
        ${view.showIdeas ? renderIdeas(view) : nothing}
      </div>
      <div class="hints">
        <span id="hint" part="hint" class=${invalid ? 'invalid' : ''}>
          ${invalid || html`<slot name="hint">${view.hint}</slot>`}
        </span>
        <span id="count" part="count">${full ? words.charactersLeft(left) : nothing}</span>
      </div>
      <div part="toolbar" class="toolbar">${renderSummary(view)}${renderPrimary(view)}</div>
      ${view.hasResult
        ? html`<button type="button" class="skip" @click=${view.onGoToResult}>${words.goToResult}</button>`
        : nothing}
      ${view.settings}
    </form>
  `;
}

function renderIdeas({ words, ideas, disabled, onIdea }: ComposerView) {
  return html`
    <div class="ideas" role="group" aria-label=${words.ideas} @click=${onIdea}>
      <slot name="ideas">
        ${ideas.map((idea) => html`<button type="button" class="chip" dir="auto" ?disabled=${disabled} value=${idea}>${idea}</button>`)}
      </slot>
    </div>
  `;
}

function renderSummary({ words, summary, onToggleSettings }: ComposerView) {
  if (!summary) return html`<span class="summary"></span>`;
  return html`
    <button
      type="button"
      class="summary"
      aria-expanded=${summary.open ? 'true' : 'false'}
      aria-controls="settings"
      ?disabled=${!summary.ready}
      @click=${onToggleSettings}
    >
      <span class="visually-hidden">${words.settings}: </span><span class="line">${summary.text}</span>
      <svg class="chevron" viewBox="0 0 12 12" aria-hidden="true"><path d="M2 4l4 4 4-4" /></svg>
    </button>
  `;
}

/** Generate and Cancel are one element of one size: focus stays where it is, and nothing moves. */
function renderPrimary({ words, working, waiting, disabled, onPrimary }: ComposerView) {
  return html`
    <button
      type="button"
      part=${working ? 'cancel' : 'submit'}
      class="primary"
      ?disabled=${disabled}
      aria-disabled=${waiting ? 'true' : 'false'}
      @click=${onPrimary}
    >
      <span class="face ${working ? 'off' : ''}">${words.generate}</span>
      <span class="face ${working ? '' : 'off'}">${words.cancel}</span>
    </button>
  `;
}
