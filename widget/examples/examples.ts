import { html, nothing, type TemplateResult } from 'lit';
import type { Idea, WallPicture } from '../../worker/protocol.ts';
import { ARROW, CHEVRON, icon } from '../icons.ts';
import type { Words } from '../words/words.ts';
import { firstHalf, sum, tileRatio } from './album.ts';

/** What a visitor starts from. */
export interface Example {
  text: string;
  /** Address of a picture that shows it. */
  image?: string;
  /** In pixels: the shape to ask for. */
  width?: number;
  height?: number;
  /** What the picture shows, where that is more than the text says. */
  alt?: string;
}

export interface ExamplesView {
  words: Words;
  /** The owner's pictures. */
  wall: readonly WallPicture[];
  /** Undefined while the site is unknown. */
  ideas: readonly Idea[] | undefined;
  disabled: boolean;
  onChoose(example: Example): void;
}

export type AlbumView = Pick<ExamplesView, 'words' | 'disabled' | 'onChoose'>;

/** So many are shown where room is short, and the others on request. */
const FEW = 4;

const OURS = ['ideaOne', 'ideaTwo', 'ideaThree'] as const;

/** What stands on the stage until there is a picture. */
export function renderExamples(view: ExamplesView): TemplateResult {
  const { words, wall, ideas, disabled, onChoose } = view;
  const own: readonly Example[] = wall.length
    ? wall.map((picture) => ({ ...picture, text: picture.prompt }))
    : (ideas ?? []);
  const pictures = own.filter(({ image }) => image);
  const sentences = own.filter(({ image }) => !image);
  // Ours would be replaced by the owner's a moment later, so they wait for the site.
  if (ideas && !own.length) sentences.push(...OURS.map((key) => ({ text: words.say(key) })));
  const onSlotted = ({ target }: Event) => {
    const text = (target as Element).closest('button')?.value;
    if (text && !disabled) onChoose({ text });
  };
  return html`
    <slot name="empty">
      <div part="ideas" class="examples" role="group" aria-labelledby="ideas" @load=${offer} @scroll=${offer} @pointerenter=${offer}>
        <div class="head">
          <p id="ideas" class="title">${words.say('examples')}</p>
          ${pictures.length ? renderSteps(words) : nothing}
        </div>
        <slot name="ideas" @click=${onSlotted}>
          ${pictures.length ? renderAlbum(pictures, view) : nothing}
          ${sentences.length ? renderSentences(sentences, view) : nothing}
        </slot>
      </div>
    </slot>
  `;
}

/**
 * Pictures in their own shapes. Both halves are on one line where there is room for it, else one below the other, and
 * all pictures of a line have one height: the widths follow from shares of the line, without measuring.
 */
export function renderAlbum(pictures: readonly Example[], view: AlbumView): TemplateResult {
  const ratios = pictures.map(({ width, height }) => tileRatio(width, height));
  const half = firstHalf(ratios);
  const row = (from: number, to: number) =>
    from < to
      ? html`
        <div class="row" .style=${`--k: ${sum(ratios.slice(from, to))}; --gaps: ${to - from - 1}`}>
          ${pictures.slice(from, to).map((picture, index) => renderTile(picture, ratios[from + index] ?? 1, from + index, view))}
        </div>
      `
      : nothing;
  return html`
    <div class="album">${row(0, half)}${row(half, ratios.length)}</div>
    ${pictures.length > FEW ? renderMore(view) : nothing}
  `;
}

const renderTile = (example: Example, ratio: number, index: number, { disabled, onChoose }: AlbumView) => html`
  <button type="button" part="idea" class="tile ${restOf(index)}" .style=${`--k: ${ratio}`} ?disabled=${disabled} @click=${() => onChoose(example)}>
    <span class="frame"><img src=${example.image} alt=${example.alt ?? ''} loading="lazy" decoding="async" /></span>
    <span class="small quiet" dir="auto">${example.text}</span>
  </button>
`;

const renderSentences = (sentences: readonly Example[], view: AlbumView) => html`
  <div class="sentences">
    ${sentences.map(
      (example, index) => html`
        <button type="button" part="idea" class="idea ${restOf(index)}" ?disabled=${view.disabled} @click=${() => view.onChoose(example)}>
          <span dir="auto">${example.text}</span>${icon(ARROW, true)}
        </button>
      `,
    )}
  </div>
  ${sentences.length > FEW ? renderMore(view) : nothing}
`;

const restOf = (index: number) => (index < FEW ? '' : 'rest');

const renderMore = ({ words }: AlbumView) => html`
  <button type="button" class="tonal more" @click=${showRest}>${words.say('moreExamples')}</button>
`;

/** For a mouse, which can neither swipe nor follow the Tab key. */
const renderSteps = (words: Words) => html`
  <span class="steps" hidden>
    ${(['earlier', 'later'] as const).map(
      (key) => html`
        <button type="button" class="plain icon-button mirrored" aria-label=${words.say(key)} @click=${step}>${icon(CHEVRON)}</button>
      `,
    )}
  </span>
`;

const partOf = ({ currentTarget }: Event, selector: string) =>
  (currentTarget as Element).closest('.examples')?.querySelector<HTMLElement>(selector);

/** The button goes, and the focus with it to the first that it has shown. */
function showRest(event: Event) {
  partOf(event, '.rest')?.closest('.examples')?.classList.add('all');
  partOf(event, '.rest')?.focus();
}

function step(event: Event) {
  const album = partOf(event, '.album');
  const isLater = (event.currentTarget as Element).matches(':last-child');
  const isForward = isLater !== album?.matches(':dir(rtl)');
  album?.scrollBy({ left: (isForward ? 0.8 : -0.8) * album.clientWidth });
}

/** Steps are offered while the strip holds more than it shows. Neither `load` nor `scroll` bubbles. */
const offer = {
  capture: true,
  handleEvent(event: Event) {
    const steps = partOf(event, '.steps');
    const album = partOf(event, '.album');
    if (!steps || !album) return;
    const at = Math.abs(album.scrollLeft);
    const room = album.scrollWidth - album.clientWidth;
    steps.hidden = room < 2;
    steps.firstElementChild?.setAttribute('aria-disabled', String(at < 2));
    steps.lastElementChild?.setAttribute('aria-disabled', String(at > room - 2));
  },
};
