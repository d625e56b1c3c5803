import { css, html, nothing, type TemplateResult } from 'lit';
import { ADD, icon } from '../icons.ts';
import { CLOCK, DETAILS, WORDS } from '../more-icons.ts';
import { NOTES } from '../words/english/notes.ts';
import { STAGE } from '../words/english/stage.ts';
import type { Key } from '../words/keys.ts';
import { addEnglish, type Words } from '../words/words.ts';
import { type Note, type NoteIcon, type NoteLink, titleOf } from './note.ts';

export { noteOf, spokenNote } from './note.ts';
export { primaryWhileWaiting } from './pause.ts';

// The name of another take is the button's of the composer.
addEnglish(STAGE);
addEnglish(NOTES);

export interface NoteView {
  words: Words;
  note: Note;
  /** Pictures of one visitor a day; undefined where the site has no such limit. */
  perDay: number | undefined;
  /** Whether visitors read what happened to the money. */
  showPrices?: boolean;
  onLink: (link: NoteLink) => void;
}

/** Inside the field, between text and tools. */
export function renderNote({ words, note, perDay, showPrices, onLink }: NoteView): TemplateResult {
  const { text, values, links, quote, counts, cost } = note;
  return html`
    <div part="notice" class="note note-text">
      ${icon(ICONS[note.icon])}
      <div class="note-words">
        <p class="note-title">${titleOf(note, words)}</p>
        <p>${words.say(text, values)}</p>
        ${quote ? html`<p class="note-quote">${words.say('noteSaid')} <q dir="auto">${quote}</q></p>` : nothing}
        ${counts && perDay ? html`<p class="quiet">${words.say('noteCounts', { n: perDay })}</p>` : nothing}
        ${showPrices && cost ? html`<p class="quiet">${words.say(cost)}</p>` : nothing}
        ${note.icon === 'clock' ? html`<slot name="quota"></slot>` : nothing}
        ${links.length > 0 ? html`<p class="note-links">${links.map(renderLink)}</p>` : nothing}
      </div>
    </div>
  `;

  function renderLink(link: NoteLink) {
    return html`<button type="button" class="link small" @click=${() => onLink(link)}>${words.say(LINKS[link])}</button>`;
  }
}

const ICONS: Record<NoteIcon, string> = { words: WORDS, clock: CLOCK, picture: ADD, info: DETAILS };

const LINKS: Record<NoteLink, Key> = {
  words: 'linkWords',
  retry: 'linkRetry',
  take: 'another',
  smaller: 'linkSmaller',
  remove: 'linkRemove',
  reload: 'reload',
  load: 'linkLoad',
  look: 'linkLook',
};

export const styles = css`
  .note {
    display: flex;
    gap: 0.75em;
    margin: 0.45em;
    padding: 0.75em 0.8em;
    border-radius: var(--_radius-small);
    background: var(--_tone);
    overflow-wrap: anywhere;
    text-wrap: pretty;
    animation: settle calc(var(--_motion) * 160ms) ease-out;
  }
  .note > .icon {
    flex: none;
    margin-block-start: 0.1em;
  }
  .note-words {
    flex: 1;
    min-inline-size: 0;
  }
  .note p {
    margin: 0;
  }
  .note .note-title {
    font-weight: 600;
  }
  .note :is(.quiet, .note-quote) {
    margin-block-start: 0.25em;
  }
  .note .note-links {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25em 1.25em;
    margin-block-start: 0.25em;
  }
  /* Fingers need 44 px: what lies around the word belongs to it. */
  @media (pointer: coarse) {
    .note .note-links {
      padding-block: 10px;
      row-gap: 20px;
    }
  }
  @container (inline-size < 336px) {
    .note {
      gap: 0.6em;
      padding-inline: 0.65em;
    }
  }
  @media (forced-colors: active) {
    .note {
      border: 1px solid;
    }
  }
`;
