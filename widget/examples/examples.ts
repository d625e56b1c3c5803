import { html, nothing, type TemplateResult } from 'lit';
import type { Idea, WallPicture } from '../../worker/protocol.ts';
import { ARROW, icon } from '../icons.ts';
import type { Words } from '../words/words.ts';

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
  /** The module `wall.ts` once it is loaded. Asked for where there are pictures. */
  pictures: () => WallPart | undefined;
  onChoose(example: Example): void;
}

interface WallPart {
  renderArrows(words: Words): TemplateResult;
  renderWall(pictures: readonly Example[], view: Pick<ExamplesView, 'words' | 'disabled' | 'onChoose'>): TemplateResult;
}

const OURS = ['ideaOne', 'ideaTwo', 'ideaThree'] as const;

/** More sentences than this have to be asked for where room is short. */
const FEW = 3;

/** What stands on the stage until there is a picture. */
export function renderExamples(view: ExamplesView): TemplateResult {
  const { words, wall, ideas, disabled, onChoose } = view;
  const own: Example[] = wall.length
    ? wall.map((picture) => ({ ...picture, text: picture.prompt }))
    : [...(ideas ?? [])];
  // Ours would be replaced by the owner's a moment later, so they wait for the site.
  if (ideas && !own.length) own.push(...OURS.map((key) => ({ text: words.say(key) })));
  const shown = own.filter(({ image }) => image);
  const sentences = own.filter(({ image }) => !image);
  const part = shown.length ? view.pictures() : undefined;
  const role = part || sentences.length ? 'group' : nothing;
  const onSlotted = ({ target }: Event) => {
    const text = (target as Element).closest('button')?.value;
    if (text && !disabled) onChoose({ text });
  };
  return html`
    <slot name="empty">
      <div part="ideas" class="examples" role=${role} aria-labelledby="ideas">
        <div class="heading">
          <p id="ideas">${words.say('examples')}</p>
          ${part?.renderArrows(words)}${sentences.length > FEW ? renderMore(words) : nothing}
        </div>
        <slot name="ideas" @click=${onSlotted}>
          ${part?.renderWall(shown, view)}${sentences.length ? renderSentences(sentences, view) : nothing}
        </slot>
      </div>
    </slot>
  `;
}

const renderSentences = (sentences: readonly Example[], { disabled, onChoose }: ExamplesView) => html`
  <div class="sentences">
    ${sentences.map(
      (example) => html`
        <button type="button" part="idea" class="idea" ?disabled=${disabled} @click=${() => onChoose(example)}>
          <span dir="auto">${example.text}</span>${icon(ARROW, true)}
        </button>
      `,
    )}
  </div>
`;

/** It goes when it is pressed, and the focus with it to the first example that it has shown. */
export const renderMore = (words: Words): TemplateResult => html`
  <button type="button" class="link small others" @click=${showAll}>${words.say('moreExamples')}</button>
`;

function showAll({ currentTarget }: Event) {
  const group = (currentTarget as Element).closest('.examples');
  const examples = [...(group?.querySelectorAll<HTMLElement>('[part=idea]') ?? [])];
  const hidden = examples.find((example) => !example.checkVisibility());
  group?.classList.add('all');
  hidden?.focus();
}
