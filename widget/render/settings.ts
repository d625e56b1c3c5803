import { html, nothing } from 'lit';
import type { SiteFacts } from '../../worker/protocol.ts';
import { drawnSize, RATIOS, type Ratio } from '../ratios.ts';
import type { Settings, StudioOptions } from '../settings.ts';
import { settings as settingsStyles } from '../styles/settings.ts';
import type { Words } from '../words.ts';

export { settingsStyles };

export interface SettingsView {
  words: Words;
  facts: SiteFacts;
  settings: Settings;
  onOptions(options: Partial<StudioOptions>): void;
}

/** Side of the square a shape is drawn in, in CSS pixels. */
const BOX = 22;

/** Shows only what the chosen model and the site allow, and names what the model lacks. */
export function renderSettings(view: SettingsView) {
  const { words, settings } = view;
  return html`
    <div id="settings" class="settings" @input=${stop} @change=${stop}>
      ${renderModel(view)}
      ${choice(words.size, 'resolution', settings.model.sizes, settings.size, words.sizeName, (resolution) =>
        view.onOptions({ resolution }),
      )}
      ${renderShapes(view)}
      ${settings.model.thinking.length > 1 ? renderThinking(view) : nothing}
    </div>
  `;
}

/** Stops the `input` and `change` of settings: on the element they would look like typing. */
const stop = (event: Event) => event.stopPropagation();

function renderModel({ words, facts, settings, onOptions }: SettingsView) {
  const onChange = (event: Event) => onOptions({ model: (event.target as HTMLSelectElement).value });
  return html`
    <label class="row">
      <span class="legend">${words.model}</span>
      <select part="model" @change=${onChange}>
        ${facts.models.map(
          ({ id, displayName }) =>
            html`<option value=${id} .selected=${id === settings.model.id}>${displayName}</option>`,
        )}
      </select>
    </label>
  `;
}

function renderThinking({ words, settings, onOptions }: SettingsView) {
  const name = (level: string) => (level === '' ? words.thinkingDefault : (words.thinkingLevels[level] ?? level));
  const levels = ['', ...settings.model.thinking];
  return choice(words.thinking, 'thinking', levels, settings.thinking ?? '', name, (thinking) =>
    onOptions({ thinking }),
  );
}

/** A radio group of words. `part` names both the part and the group. */
function choice(
  legend: string,
  part: string,
  values: readonly string[],
  chosen: string,
  name: (value: string) => string,
  onChoose: (value: string) => void,
) {
  return html`
    <fieldset part=${part}>
      <legend class="legend">${legend}</legend>
      <div class="segments">
        ${values.map(
          (value) => html`
            <label class="segment">
              <input type="radio" name=${part} .checked=${value === chosen} @change=${() => onChoose(value)} />
              <span>${name(value)}</span>
            </label>
          `,
        )}
      </div>
    </fieldset>
  `;
}

function renderShapes({ words, settings, onOptions }: SettingsView) {
  const { model, aspectRatio } = settings;
  const missing = RATIOS.filter(({ id }) => !model.aspectRatios.includes(id));
  const option = (id: string, name: string, drawing: unknown, disabled: boolean) => html`
    <label part="ratio-option" class="shape-option">
      <input
        type="radio"
        name="ratio"
        aria-label=${name}
        ?disabled=${disabled}
        .checked=${id === aspectRatio}
        @change=${() => onOptions({ aspectRatio: id })}
      />
      ${drawing}<span aria-hidden="true">${id === 'auto' ? words.shapes.auto : id}</span>
    </label>
  `;
  return html`
    <fieldset part="ratio" aria-describedby=${missing.length > 0 ? 'shapes-missing' : nothing}>
      <legend class="legend">${words.shape}</legend>
      <div class="shapes">
        ${option('auto', words.shapes.auto, drawAuto(), false)}
        ${RATIOS.map((ratio) =>
          option(
            ratio.id,
            words.shapeName(words.shapes[ratio.name], ratio.width, ratio.height),
            drawShape(ratio),
            missing.includes(ratio),
          ),
        )}
      </div>
      ${
        missing.length > 0
          ? html`<p id="shapes-missing" class="reason">
            ${words.shapesMissing(
              model.displayName,
              missing.map(({ id }) => id),
            )}
          </p>`
          : nothing
      }
    </fieldset>
  `;
}

function drawShape(ratio: Ratio) {
  const { width, height } = drawnSize(ratio, BOX);
  return html`
    <svg class="shape" viewBox="-12 -12 24 24" aria-hidden="true">
      <rect x=${-width / 2} y=${-height / 2} width=${width} height=${height} rx="2" />
    </svg>
  `;
}

const drawAuto = () => html`
  <svg class="shape auto" viewBox="-12 -12 24 24" aria-hidden="true"><rect x="-9" y="-9" width="18" height="18" rx="3" /></svg>
`;
