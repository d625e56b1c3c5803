import { html, nothing, svg } from 'lit';
import type { StudioAttributes } from '../attributes.ts';
import type { Primary } from '../host.ts';
import { ADD, CHEVRON, icon } from '../icons.ts';
import type { Engine } from '../run/engine.ts';
import type { Settings, Summary } from '../settings/settings.ts';
import type { Words } from '../words/words.ts';

export interface ComposerView {
  words: Words;
  element: StudioAttributes;
  engine: Engine | undefined;
  /** Words for a new picture, or of a change. */
  text: string;
  isDisabled: boolean;
  isWorking: boolean;
  /** Why nothing can be sent, or empty. */
  invalid: string;
  primary: Primary;
  /** Undefined while the site is unknown. */
  settings: Settings | undefined;
  summary: Summary | undefined;
  isPanelOpen: boolean;
  /** The open panel, or nothing. */
  panel: unknown;
  /** The added pictures, or nothing. */
  references: unknown;
  /** The model takes pictures. */
  takesPictures: boolean;
  isDragging: boolean;
  /** The owner's form in place of the words, or nothing. */
  template: unknown;
  /** A part of the element could not be loaded. */
  isOutOfDate: boolean;
  /** Pictures left today, and of how many. */
  left: number | undefined;
  perDay: number | undefined;
  onInput(event: InputEvent): void;
  onChange(): void;
  onKeyDown(event: KeyboardEvent): void;
  onTogglePanel(): void;
  onPrimary(event: MouseEvent): void;
  onAdd(): void;
  onReload(): void;
}

/** The count of characters is shown from this share of the limit. */
const NEARLY_FULL = 0.8;

/** The field holds the whole question: pictures, words, what is wrong with them, tools and settings. */
export function renderComposer(view: ComposerView) {
  const { words, element, engine, template, isDragging } = view;
  return html`
    <form part="composer" class="composer" novalidate @submit=${prevent}>
      ${
        template
          ? renderForm(view)
          : html`
          <div class="head">
            ${engine?.view.head() ?? nothing}
            <label part="label" for="prompt" class=${engine?.view.hasSwitch ? 'visually-hidden' : ''}>
              <slot name="label">${element.label || words.say('label')}</slot>
            </label>
          </div>
        `
      }
      <div part="field dropzone" class="field ${template ? 'bare' : ''} ${isDragging ? 'dragging' : ''}">
        ${template ? nothing : html`${view.references}${renderText(view)}`}
        ${engine?.view.note() ?? (view.isOutOfDate ? renderOutOfDate(view) : nothing)}
        <slot name="challenge"></slot>
        <div part="toolbar" class="tools">
          <slot name="toolbar-start"></slot>
          ${view.takesPictures && !template ? renderAdd(view) : nothing}
          ${renderPrimary(view)}
          <slot name="toolbar-end"></slot>
        </div>
        ${element.withoutSettings || template ? nothing : html`${renderLine(view)}${view.panel ?? nothing}`}
        ${isDragging ? html`<p class="drop">${words.say('drop')}</p>` : nothing}
      </div>
      ${renderFoot(view)}
      ${engine?.view.below() ?? nothing}
    </form>
  `;
}

const prevent = (event: SubmitEvent) => event.preventDefault();

/** The owner's form. A fieldset disables all of it at once. */
const renderForm = ({ words, element, engine, template, isDisabled, onKeyDown }: ComposerView) => html`
  ${engine?.view.head() ?? nothing}
  <fieldset aria-label=${element.label || words.say('label')} ?disabled=${isDisabled} @keydown=${onKeyDown}>
    ${template}
  </fieldset>
`;

function renderText({ words, element, engine, text, isDisabled, invalid, onInput, onChange, onKeyDown }: ComposerView) {
  return html`
    <textarea
      id="prompt"
      part="prompt"
      dir="auto"
      rows="3"
      class=${engine?.view.isBeside ? 'beside' : ''}
      enterkeyhint=${element.submitOn === 'enter' ? 'go' : 'enter'}
      aria-describedby="foot"
      aria-invalid=${invalid ? 'true' : 'false'}
      aria-required=${element.required ? 'true' : nothing}
      autocomplete=${element.autocomplete || nothing}
      placeholder=${engine?.versions.mode === 'change' ? words.say('whatDifferent') : element.placeholder || words.say('placeholder')}
      ?disabled=${isDisabled}
      ?readonly=${element.readonly}
      .value=${text}
      @input=${onInput}
      @change=${onChange}
      @keydown=${onKeyDown}
    ></textarea>
  `;
}

/** Without a network nothing is out of date, and a reload would lose the page. */
const renderOutOfDate = ({ words, onReload }: ComposerView) => html`
  <div part="notice" class="out-of-date note-text">
    <p>${words.say(navigator.onLine ? 'outOfDate' : 'offline')}</p>
    <button type="button" class="link" ?hidden=${!navigator.onLine} @click=${onReload}>${words.say('reload')}</button>
  </div>
`;

function renderAdd({ words, engine, isDisabled, onAdd }: ComposerView) {
  const menu = engine?.pictures.renderAddMenu();
  return html`
    <button
      type="button"
      class="plain add"
      popovertarget=${menu ? 'add-menu' : nothing}
      ?disabled=${isDisabled}
      @click=${onAdd}
    >
      ${icon(ADD)}<span>${words.say('add')}</span>
    </button>
    ${menu}
  `;
}

/** Make and Cancel are one element, so that focus stays where it is. */
function renderPrimary({ primary, isWorking, isDisabled, onPrimary }: ComposerView) {
  const { text, next, rank, waits, share } = primary;
  return html`
    <button
      type="button"
      part=${isWorking ? 'cancel' : 'submit'}
      class="primary ${rank}"
      ?disabled=${isDisabled && !isWorking}
      aria-disabled=${waits ? 'true' : nothing}
      .style=${share === undefined ? '' : `--_share: ${share.toFixed(3)}`}
      @click=${onPrimary}
    >
      ${text}${next ? html`<span class="room" aria-hidden="true">${next}</span>` : nothing}
    </button>
  `;
}

/** "Wide · Fast  about 15 s": the closed panel never hides what a picture takes. */
function renderLine({ words, engine, settings, summary, isPanelOpen, isDisabled, onTogglePanel }: ComposerView) {
  const shape = summary && (summary.shape ? words.say(summary.shape) : summary.ratio);
  return html`
    <button
      type="button"
      part="settings-toggle"
      class="line small"
      aria-expanded=${isPanelOpen ? 'true' : 'false'}
      aria-controls="settings"
      ?disabled=${isDisabled || !settings}
      @click=${onTogglePanel}
    >
      ${drawShape(engine?.view.shape ?? settings?.aspectRatio)}
      <span class="visually-hidden">${words.say('settings')}: </span>
      <span class="both"><span class="choice">${summary ? [shape, summary.tier && words.say(summary.tier)].filter(Boolean).join(' · ') : words.say('loading')}</span>
      <span class="time quiet">${summary?.seconds === undefined ? nothing : words.say('about', { n: summary.seconds })}</span></span>
      ${icon(CHEVRON)}
    </button>
  `;
}

/** A shape, 17 pixels wide or high; dashed while the model chooses. */
function drawShape(ratio = 'auto') {
  const [across = 4, down = 3] = ratio === 'auto' ? [] : ratio.split(':').map(Number);
  const scale = 17 / Math.max(across, down);
  const [width, height] = [Math.max(4, across * scale), Math.max(4, down * scale)];
  return html`
    <svg class="shape ${ratio === 'auto' ? 'any' : ''}" viewBox="-10 -10 20 20" aria-hidden="true">
      ${svg`<rect x=${-width / 2} y=${-height / 2} width=${width} height=${height} rx="2" />`}
    </svg>
  `;
}

function renderFoot({ words, element, engine, text, invalid, left, perDay }: ComposerView) {
  const room = element.maxlength - text.length;
  const isNearlyFull = text.length >= element.maxlength * NEARLY_FULL;
  const fact = invalid || engine?.view.fact;
  // Money or a pass may end a visitor's day before the count does.
  const today =
    left === undefined || !perDay || engine?.run.current.status === 'exhausted'
      ? ''
      : words.say('leftToday', { n: left, all: perDay });
  return html`
    <div class="foot small quiet">
      <span id="foot" part="hint" class=${invalid ? 'invalid' : ''}>
        ${fact || html`<slot name="hint">${element.hint}</slot> ${today}`}
      </span>
      <span part="count">${isNearlyFull ? words.say('charactersLeft', { n: room }) : nothing}</span>
    </div>
  `;
}
