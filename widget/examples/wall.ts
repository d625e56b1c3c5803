/** Examples with pictures. Loaded where the owner has some. */
import { html, nothing, type TemplateResult } from 'lit';
import { CHEVRON, icon } from '../icons.ts';
import { WALL } from '../words/english/wall.ts';
import { addEnglish, type Words } from '../words/words.ts';
import { albumHalves, sum, tileRatio } from './album.ts';
import { type Example, type ExamplesView, renderMore } from './examples.ts';
import { wallStyles } from './wall-styles.ts';

addEnglish(WALL);

export const styles = wallStyles;

/** So many are shown as squares, and the others on request. */
const FEW = 4;

type WallView = Pick<ExamplesView, 'words' | 'disabled' | 'onChoose'>;

/** An album where there is room, a strip where there is less, and a few squares where there is least. */
export function renderWall(pictures: readonly Example[], view: WallView): TemplateResult {
  let index = 0;
  const halves = albumHalves(pictures.map(({ width, height }) => tileRatio(width, height)));
  return html`
    <div class="album" @load=${offer} @scroll=${offer} @pointerenter=${offer} @focusin=${showWhole}>
      ${halves.map((ratios) =>
        ratios.length
          ? html`
            <div class="half" .style=${`--k: ${sum(ratios)}; --gaps: ${ratios.length - 1}`}>
              ${ratios.map((ratio) => renderTile(pictures, index++, ratio, view))}
            </div>
          `
          : nothing,
      )}
    </div>
    ${pictures.length > FEW ? renderMore(view.words) : nothing}
  `;
}

function renderTile(pictures: readonly Example[], index: number, ratio: number, { disabled, onChoose }: WallView) {
  const example = pictures[index];
  if (!example) return nothing;
  return html`
    <button
      type="button"
      part="idea"
      class="sample ${index < FEW ? '' : 'rest'}"
      .style=${`--k: ${ratio}`}
      ?disabled=${disabled}
      @click=${() => onChoose(example)}
    >
      <span class="frame"><img src=${example.image} alt=${example.alt ?? ''} loading="lazy" decoding="async" /></span>
      <span class="small quiet" dir="auto">${example.text}</span>
    </button>
  `;
}

/** For a mouse, which can neither swipe nor follow the Tab key. */
export const renderArrows = (words: Words): TemplateResult => html`
  <span class="arrows" hidden>
    ${(['earlier', 'later'] as const).map(
      (key) => html`
        <button type="button" class="plain icon-button mirrored" aria-label=${words.say(key)} @click=${step}>${icon(CHEVRON)}</button>
      `,
    )}
  </span>
`;

const partOf = (element: EventTarget | null, selector: string) =>
  (element as Element | null)?.closest('.examples')?.querySelector<HTMLElement>(selector);

function step({ currentTarget }: Event) {
  const album = partOf(currentTarget, '.album');
  const isLater = (currentTarget as Element).matches(':last-child');
  const isToTheRight = isLater !== album?.matches(':dir(rtl)');
  album?.scrollBy({ left: (isToTheRight ? 0.8 : -0.8) * album.clientWidth });
}

/** Browsers are content with a part of what the Tab key leads to. A pressed picture stays where it is. */
function showWhole({ target }: Event) {
  const picture = target as Element;
  if (picture.matches(':focus-visible')) picture.scrollIntoView({ block: 'nearest', inline: 'start' });
}

/** Arrows are offered while the strip holds more than it shows. Neither `load` nor `scroll` bubbles. */
const offer = {
  capture: true,
  handleEvent({ currentTarget }: Event) {
    const album = currentTarget as HTMLElement;
    const arrows = partOf(album, '.arrows');
    if (!arrows) return;
    const at = Math.abs(album.scrollLeft);
    const room = album.scrollWidth - album.clientWidth;
    arrows.hidden = room < 2;
    arrows.firstElementChild?.setAttribute('aria-disabled', String(at < 2));
    arrows.lastElementChild?.setAttribute('aria-disabled', String(at > room - 2));
  },
};
