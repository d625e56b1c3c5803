/** The panel under the settings line. */
import { html, nothing } from 'lit';
import type { SiteFacts, SiteModel } from '../../worker/protocol.ts';
import { CHEVRON, icon } from '../icons.ts';
import { SETTINGS } from '../words/english/settings.ts';
import type { Key } from '../words/keys.ts';
import { addEnglish, type Words } from '../words/words.ts';
import {
  careOf,
  drawnSize,
  figuresOf,
  modelsByTier,
  owners,
  shapesOf,
  shapeWord,
  sizesOf,
  spokenShape,
  withoutHyphens,
} from './choices.ts';
import { mostPictures, offeredModels, type Settings, type StudioOptions } from './settings.ts';

export { styles } from './panel-styles.ts';

addEnglish(SETTINGS);

/** What the page leaves to the visitor. */
interface Allowed {
  /** The attribute `models`. */
  models?: string;
  /** Choices that the page has made for good. Their rows are not shown. */
  fixed?: readonly (keyof StudioOptions)[];
}

export interface PanelView {
  words: Words;
  facts: SiteFacts;
  settings: Settings;
  /** `shapes`: all shapes are shown. `more`: More choices is open. */
  open: { shapes: boolean; more: boolean };
  /** A picture is changed: without a choice it keeps its shape. */
  changing: boolean;
  allowed: Allowed;
  onOptions(options: Partial<StudioOptions>): void;
  onToggle(name: 'shapes' | 'more'): void;
}

/** The view, with the models that the page offers and whether a choice is the visitor's. */
interface Panel extends PanelView {
  models: readonly SiteModel[];
  isFree(option: keyof StudioOptions): boolean;
}

/** Shows what page and site offer. A row with one choice is left out. */
export function renderPanel(view: PanelView) {
  const { words, facts, allowed } = view;
  const panel: Panel = {
    ...view,
    models: offeredModels(facts, allowed.models),
    isFree: (option) => !allowed.fixed?.includes(option),
  };
  return html`
    <div
      id="settings"
      part="settings"
      class="settings"
      role="group"
      aria-label=${words.say('settings')}
      @input=${stop}
      @change=${stop}
    >
      ${panel.isFree('aspectRatio') ? renderShapes(panel) : nothing}
      ${panel.isFree('model') ? renderQuality(panel) : nothing}
      ${panel.isFree('resolution') ? renderSizes(panel) : nothing}
      ${renderMore(panel)}
    </div>
  `;
}

/** Stops the `input` and `change` of settings: on the element they would look like typing. */
const stop = (event: Event) => event.stopPropagation();

function renderShapes(panel: Panel) {
  const { words, models, settings, open, onToggle } = panel;
  const { first, all } = shapesOf(models);
  if (all.length < 3) return nothing;
  // A chosen shape is always in view, wherever the choice came from.
  const isOutside = !first.includes(settings.aspectRatio);
  const hasMore = all.length > first.length;
  const isWhole = hasMore && (open.shapes || isOutside);
  const shown = (isWhole ? all : first).map((id) => ({
    id,
    text: shapeWord(id, words),
    names: id === 'auto' ? '' : lacking(panel, ({ aspectRatios }) => aspectRatios.includes(id)),
  }));
  const onChosen = () => {
    // The picker stays whole although the chosen shape no longer asks for it.
    if (isOutside && !open.shapes) onToggle('shapes');
  };
  return html`
    <fieldset part="ratio">
      <legend>${words.say('shape')}</legend>
      <div class="tiles ${isWhole ? 'whole' : ''}">
        ${shown.map((shape) => renderTile(panel, shape, isWhole, onChosen))}
        ${
          hasMore && !isWhole
            ? html`<button type="button" class="option tile" @click=${(event: Event) => showAll(event, onToggle)}>
              ${MORE_DRAWING}${words.say('more')}
            </button>`
            : nothing
        }
      </div>
      ${renderReasons(words, shown)}
    </fieldset>
  `;
}

/** More goes away with the press. The chosen shape is the same node before and after, so focus moves to it first. */
function showAll({ currentTarget }: Event, onToggle: PanelView['onToggle']) {
  (currentTarget as Element).closest('fieldset')?.querySelector<HTMLInputElement>('input:checked')?.focus();
  onToggle('shapes');
}

/** Something to choose. */
interface Choice {
  text: string;
  /** Who has it, if the chosen model does not; else empty. */
  names: string;
}

/** @returns Who has what the chosen model lacks; empty if it has it. */
const lacking = ({ models, settings: { model }, words }: Panel, has: (model: SiteModel) => boolean): string =>
  has(model) ? '' : owners(models, model.id, words, has);

const reasonOf = (words: Words, { names }: Choice) => (names ? words.say('onlyWith', { names }) : nothing);

/** The reasons are seen as well: a finger cannot hover to read them. */
function renderReasons(words: Words, choices: readonly Choice[]) {
  const lists = new Set(choices.map(({ names }) => names).filter((names) => names !== ''));
  const list = new Intl.ListFormat(words.lang, { type: 'unit' });
  return [...lists].map((names) => {
    const things = list.format(
      choices.filter((choice) => choice.names === names).map(({ text }) => withoutHyphens(text)),
    );
    return html`<p class="tiny quiet">${words.say('theseOnlyWith', { things, names })}</p>`;
  });
}

function renderTile(panel: Panel, shape: Choice & { id: string }, withFigures: boolean, onChosen: () => void) {
  const { words, settings, changing, onOptions } = panel;
  const { id, text, names } = shape;
  const isSame = changing && id === 'auto';
  const onChange = () => {
    onChosen();
    onOptions({ aspectRatio: id });
  };
  return html`
    <label part="ratio-option" class="option tile">
      <input
        type="radio"
        name="shape"
        aria-label=${isSame ? words.say('sameShape') : spokenShape(id, words)}
        title=${reasonOf(words, shape)}
        ?disabled=${names !== ''}
        .checked=${id === settings.aspectRatio}
        @change=${onChange}
      />
      ${drawShape(id)}<span>${isSame ? words.say('sameShape') : text}</span>
      ${withFigures && id !== 'auto' ? html`<span class="figures">${figuresOf(id, words)}</span>` : nothing}
    </label>
  `;
}

/** In the units of the drawing's `viewBox`. */
const BOX = { width: 39, height: 33 };
/** Side of the square. */
const SIDE = 22;

/** Drawings stand on one line. Half a line's width is added, which the box would cut off. */
function drawShape(id: string) {
  const { width, height } = id === 'auto' ? { width: 23, height: 18 } : drawnSize(id, SIDE, BOX);
  return html`
    <svg class="drawing ${id === 'auto' ? 'any' : ''}" viewBox="-20.5 -34 41 35" aria-hidden="true">
      <rect x=${-width / 2} y=${-height} width=${width} height=${height} rx="2" />
    </svg>
  `;
}

const MORE_DRAWING = html`
  <svg class="drawing" viewBox="-20.5 -34 41 35" aria-hidden="true">
    <path d="M-16-14h4a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-4a2 2 0 0 1-2-2v-10a2 2 0 0 1 2-2ZM-5-9h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-5a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2ZM7-6h9a2 2 0 0 1 2 2v2a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-2a2 2 0 0 1 2-2Z" />
  </svg>
`;

function renderQuality({ words, facts, models, settings, onOptions }: Panel) {
  const tiers = modelsByTier(models, settings.model.id, facts.defaultModel);
  return renderSegments({
    words,
    legend: words.say('quality'),
    name: 'quality',
    part: nothing,
    chosen: settings.model.id,
    values: tiers.map(({ tier, model }) => ({ value: model.id, text: words.say(tier), names: '' })),
    onChoose: (model) => onOptions({ model }),
  });
}

const SIZES: Readonly<Record<string, Key>> = { 512: 'small', '1K': 'screen', '2K': 'large', '4K': 'print' };

function renderSizes(panel: Panel) {
  const { words, models, settings, onOptions } = panel;
  return renderSegments({
    words,
    legend: words.say('size'),
    name: 'size',
    part: 'resolution',
    chosen: settings.size,
    values: sizesOf(models, settings).map((value) => {
      const key = SIZES[value];
      const names = lacking(panel, ({ sizes }) => sizes.includes(value));
      return { value, text: key ? words.say(key) : value, names };
    }),
    onChoose: (resolution) => onOptions({ resolution }),
  });
}

interface Row<Value> {
  words: Words;
  legend: string;
  name: string;
  part: string | typeof nothing;
  chosen: Value;
  values: readonly (Choice & { value: Value })[];
  onChoose(value: Value): void;
}

function renderSegments<Value>({ words, legend, name, part, chosen, values, onChoose }: Row<Value>) {
  if (values.length < 2) return nothing;
  return html`
    <fieldset part=${part}>
      <legend>${legend}</legend>
      <div class="segments">
        ${values.map(
          (choice) => html`
            <label part="segment">
              <input
                type="radio"
                name=${name}
                title=${reasonOf(words, choice)}
                ?disabled=${choice.names !== ''}
                .checked=${choice.value === chosen}
                @change=${() => onChoose(choice.value)}
              />
              ${choice.text}
            </label>
          `,
        )}
      </div>
      ${renderReasons(words, values)}
    </fieldset>
  `;
}

function renderMore(panel: Panel) {
  const { words, open, onToggle } = panel;
  const rows = [renderCare, renderCount, renderLookUp, renderModel].map((render) => render(panel));
  if (rows.every((row) => row === nothing)) return nothing;
  return html`
    <button
      type="button"
      class="more"
      aria-expanded=${open.more}
      aria-controls="more-settings"
      @click=${() => onToggle('more')}
    >
      ${words.say('moreChoices')}${icon(CHEVRON)}
    </button>
    <div id="more-settings" class="rows" ?hidden=${!open.more}>${open.more ? rows : nothing}</div>
  `;
}

const CARE: readonly Key[] = ['asUsual', 'careful', 'veryCareful'];

function renderCare({ words, settings, isFree, onOptions }: Panel) {
  const levels = careOf(settings.model);
  const chosen = settings.thinking ?? '';
  if (!isFree('thinking')) return nothing;
  return renderSegments({
    words,
    legend: words.say('care'),
    name: 'care',
    part: 'thinking',
    // A level that only the page can set is as usual for its visitors.
    chosen: levels.includes(chosen) ? chosen : '',
    values: levels.map((value, place) => ({ value, text: words.say(CARE[place] ?? 'asUsual'), names: '' })),
    onChoose: (thinking) => onOptions({ thinking }),
  });
}

function renderCount({ words, facts, settings, isFree, onOptions }: Panel) {
  if (!isFree('count')) return nothing;
  return renderSegments({
    words,
    legend: words.say('howMany'),
    name: 'count',
    part: nothing,
    chosen: settings.count,
    values: [1, 2, 3, 4]
      .slice(0, mostPictures(facts))
      .map((value) => ({ value, text: words.number(value), names: '' })),
    onChoose: (count) => onOptions({ count }),
  });
}

function renderLookUp({ words, settings, isFree, onOptions }: Panel) {
  if (!isFree('grounding') || settings.model.grounding.length === 0) return nothing;
  const onChange = (event: Event) =>
    onOptions({ grounding: (event.target as HTMLInputElement).checked ? 'web' : 'none' });
  return html`
    <label part="grounding" class="check">
      <input type="checkbox" .checked=${settings.grounding !== 'none'} @change=${onChange} />
      ${words.say('lookUp')}
    </label>
  `;
}

function renderModel({ words, models, settings, isFree, onOptions }: Panel) {
  if (!isFree('model') || models.length < 2) return nothing;
  const onChange = (event: Event) => onOptions({ model: (event.target as HTMLSelectElement).value });
  return html`
    <label class="exact">
      <span>${words.say('drawnBy')}</span>
      <span class="list">
        <select part="model" @change=${onChange}>
          ${models.map(
            ({ id, displayName }) =>
              html`<option value=${id} .selected=${id === settings.model.id}>${displayName}</option>`,
          )}
        </select>
        ${icon(CHEVRON)}
      </span>
    </label>
  `;
}
