/** The options: look, words, choices for visitors, and where the element goes. */
import { html, nothing } from 'lit';
import { judgeAccent, written } from './accent.ts';
import { type Copying, codeRow, deskLink, prose, segments, textField } from './controls.ts';
import {
  CORNERS,
  type Draft,
  EMPTY,
  FONTS,
  PIECES,
  type Piece,
  SCHEMES,
  SHAPES,
  type Shape,
  toColour,
  toId,
  toIdeas,
  toLine,
} from './draft.ts';
import { type PageAddress, readPageAddress } from './page-address.ts';
import type { Standing } from './standing.ts';
import { CORNER_NAMES, FONT_NAMES, fill, PIECE_NAMES, SCHEME_NAMES, SHAPE_NAMES, SWATCHES, WORDS } from './words.ts';

export interface OptionsView extends Copying {
  draft: Draft;
  /** What is typed where it may not be a value yet. */
  typed: Typed;
  standing: Standing;
  /** Origin of the worker. */
  host: string;
  ground: Sample;
  onDraft: (change: Partial<Draft>) => void;
  onTyped: (change: Partial<Typed>) => void;
}

/** Colours of the sample page, as `#rrggbb`. */
export interface Sample {
  ink: string;
  paper: string;
}

export interface Typed {
  colour: string;
  ideas: string;
  site: string;
}

export const renderOptions = (view: OptionsView) => html`
  <section aria-labelledby="look"><h2 id="look">${WORDS.look}</h2>${renderLook(view)}</section>
  <section aria-labelledby="words"><h2 id="words">${WORDS.words}</h2>${renderWords(view)}</section>
  <section aria-labelledby="choices"><h2 id="choices">${WORDS.choices}</h2>${renderChoices(view)}</section>
  <section aria-labelledby="where"><h2 id="where">${WORDS.where}</h2>${renderWhere(view)}</section>
`;

function renderLook({ draft, typed, ground, onDraft, onTyped }: OptionsView) {
  const choose = (accent: string) => {
    onDraft({ accent });
    onTyped({ colour: accent });
  };
  const type = (colour: string) => {
    onTyped({ colour });
    const accent = colour.trim() === '' ? '' : toColour(colour);
    if (accent !== undefined) onDraft({ accent });
  };
  const invalid = typed.colour.trim() !== '' && toColour(typed.colour) === undefined ? WORDS.notColour : '';
  return html`
    <div class="row colours">
      <span class="name" id="colour-label">${WORDS.colour}</span>
      <div class="swatches" role="radiogroup" aria-labelledby="colour-label">
        <label class="as-page">
          <input type="radio" name="colour" .checked=${draft.accent === ''} @change=${() => choose('')}>
          <span>${WORDS.asPage}</span>
        </label>
        ${SWATCHES.map(
          ({ name, colour }) => html`
            <label class="swatch" title=${name} .style=${`--swatch: ${colour}`}>
              <input type="radio" name="colour" aria-label=${name} .checked=${draft.accent === colour} @change=${() => choose(colour)}>
            </label>
          `,
        )}
      </div>
    </div>
    <div class="row">
      <label class="name" for="own-colour">${WORDS.otherColour}</label>
      <div class="pair">
        <input
          id="own-colour" .value=${typed.colour} placeholder="#0b6470" maxlength="9" autocomplete="off" spellcheck="false" dir="ltr"
          aria-invalid=${invalid ? 'true' : nothing} aria-describedby="colour-says"
          @input=${(event: InputEvent) => type((event.target as HTMLInputElement).value)}>
        <input
          type="color" aria-label=${WORDS.pickColour} .value=${draft.accent || '#0b6470'}
          @input=${(event: InputEvent) => choose((event.target as HTMLInputElement).value)}>
      </div>
    </div>
    <p id="colour-says" class=${invalid ? 'wrong' : 'says'} role="status">${invalid || sayContrast(draft.accent, ground)}</p>
    ${segments('corners', WORDS.corners, CORNERS, CORNER_NAMES, draft.corners, (corners) => onDraft({ corners }))}
    ${segments('scheme', WORDS.scheme, SCHEMES, SCHEME_NAMES, draft.scheme, (scheme) => onDraft({ scheme }))}
    ${segments('font', WORDS.font, FONTS, FONT_NAMES, draft.font, (font) => onDraft({ font }))}
  `;
}

function sayContrast(accent: string, ground: Sample) {
  if (!accent) return prose(WORDS.asPageColour);
  const { onAccent, onPage, hasLine } = judgeAccent(accent, ground);
  const text = fill(WORDS.onAccent, { ratio: written(onAccent) });
  return hasLine ? `${text} ${fill(WORDS.faintAccent, { ratio: written(onPage) })}` : text;
}

const renderWords = ({ draft, typed, onDraft, onTyped }: OptionsView) => html`
  ${textField('question', WORDS.question, draft.label, (text) => onDraft({ label: toLine(text) }), {
    placeholder: WORDS.questionExample,
  })}
  ${textField('example', WORDS.example, draft.placeholder, (text) => onDraft({ placeholder: toLine(text) }), {
    placeholder: WORDS.exampleExample,
  })}
  <div class="row">
    <label class="name" for="ideas">${WORDS.ideas}</label>
    <textarea
      id="ideas" rows="3" .value=${typed.ideas} aria-describedby="ideas-hint"
      @input=${(event: InputEvent) => {
        const { value } = event.target as HTMLTextAreaElement;
        onTyped({ ideas: value });
        onDraft({ ideas: toIdeas(value) });
      }}></textarea>
  </div>
  <p id="ideas-hint" class="hint">${WORDS.ideasHint}</p>
`;

function renderChoices({ draft, standing, onDraft }: OptionsView) {
  const turn = (piece: Piece, isShown: boolean) =>
    onDraft({ without: PIECES.filter((one) => (one === piece ? !isShown : draft.without.includes(one))) });
  return html`
    <div class="row">
      <label class="name" for="shape">${WORDS.shape}</label>
      <select id="shape" @change=${(event: Event) => onDraft({ shape: (event.target as HTMLSelectElement).value as Shape })}>
        ${SHAPES.map((shape) => html`<option value=${shape} .selected=${shape === draft.shape}>${SHAPE_NAMES[shape]}</option>`)}
      </select>
    </div>
    <div class="row">
      <label class="name" for="model">${WORDS.model}</label>
      <select id="model" @change=${(event: Event) => onDraft({ model: (event.target as HTMLSelectElement).value })}>
        ${modelsOf(standing, draft.model).map(
          ({ id, name }) => html`<option value=${id} .selected=${id === draft.model}>${name}</option>`,
        )}
      </select>
    </div>
    <fieldset>
      <legend>${WORDS.shown}</legend>
      ${PIECES.map(
        (piece) => html`
          <label class="check">
            <input
              type="checkbox" .checked=${!draft.without.includes(piece)}
              @change=${(event: Event) => turn(piece, (event.target as HTMLInputElement).checked)}>
            ${PIECE_NAMES[piece]}
          </label>
        `,
      )}
      <label class="check">
        <input
          type="checkbox" .checked=${draft.inForm} aria-describedby=${draft.inForm ? 'form-hint' : nothing}
          @change=${(event: Event) => onDraft({ inForm: (event.target as HTMLInputElement).checked })}>
        ${WORDS.inForm}
      </label>
    </fieldset>
    ${draft.inForm ? html`<p id="form-hint" class="hint">${prose(WORDS.inFormHint)}</p>` : nothing}
  `;
}

/** The models of the site, after its own choice. A draft may name one that this site does not offer. */
function modelsOf(standing: Standing, chosen: string): { id: string; name: string }[] {
  const { models = [], defaultModel = '' } = standing.kind === 'ready' ? standing.facts : {};
  const known = models.map(({ id, displayName }) => ({ id, name: displayName }));
  const first = known.find(({ id }) => id === defaultModel)?.name;
  const isMissing = chosen !== '' && !known.some(({ id }) => id === chosen);
  return [
    { id: '', name: first ? fill(WORDS.siteModelIs, { name: first }) : WORDS.siteModel },
    ...known,
    ...(isMissing
      ? [{ id: chosen, name: standing.kind === 'ready' ? fill(WORDS.notOffered, { name: chosen }) : chosen }]
      : []),
  ];
}

function renderWhere(view: OptionsView) {
  const { draft, typed, onDraft, onTyped } = view;
  const typeSite = (site: string) => {
    onTyped({ site });
    onDraft({ site: toId(site) ?? EMPTY.site });
  };
  const address = readPageAddress(draft.page);
  const invalid =
    address.kind === 'unreadable' ? WORDS.unreadableAddress : address.kind === 'unlistable' ? WORDS.unlistable : '';
  return html`
    ${textField('my-page', WORDS.myPage, draft.page, (page) => onDraft({ page }), {
      placeholder: 'https://www.shop.example',
      type: 'url',
      invalid,
    })}
    ${address.kind === 'origin' ? renderListing(address, view) : nothing}
    ${textField('site', WORDS.site, typed.site, typeSite, {
      placeholder: EMPTY.site,
      invalid: typed.site.trim() === '' || toId(typed.site) ? '' : WORDS.notSite,
    })}
  `;
}

function renderListing(
  { origin, wasLonger, twin, isInsecure }: Extract<PageAddress, { kind: 'origin' }>,
  view: OptionsView,
) {
  const { draft, standing, host } = view;
  // The worker answers only to the page that asks, so it can tell of its own address and of no other.
  const isHere = origin === host;
  const isListed = isHere && standing.kind === 'ready';
  return html`
    <div class="listing">
      ${isListed ? html`<p class="good">${fill(WORDS.listed, { site: draft.site })}</p>` : nothing}
      ${
        isListed
          ? nothing
          : html`
            <p>${isHere && standing.kind === 'denied' ? WORDS.notListed : WORDS.listUnknown}</p>
            ${codeRow('listing', origin, view)}
            <p>${deskLink(draft.site)}</p>
            <p class="hint">${prose(WORDS.listWhere)}</p>
          `
      }
      ${wasLonger ? html`<p class="hint">${prose(fill(WORDS.cut, { origin }))}</p>` : nothing}
      ${twin && !isListed ? html`<p class="hint">${prose(fill(WORDS.twin, { twin }))}</p>` : nothing}
      ${isInsecure ? html`<p class="hint">${WORDS.insecure}</p>` : nothing}
    </div>
  `;
}
