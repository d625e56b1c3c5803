/** The sections of one site's form, in their order, and the deletion under it. */
import { html } from 'lit';
import { EDITOR, SECTION_NAMES } from '../words/sites.ts';
import type { SiteEditing } from './editing.ts';
import type { Section } from './problems.ts';
import { check } from './sections/check.ts';
import { look } from './sections/look.ts';
import { models } from './sections/models.ts';
import { money } from './sections/money.ts';
import { where } from './sections/where.ts';
import { words } from './sections/words.ts';

const part = (section: Section, hint: string, content: unknown) =>
  html`<section class="part" id=${section}>
    <h2 tabindex="-1">${SECTION_NAMES[section]} <small>${hint}</small></h2>
    ${content}
  </section>`;

export function sections(editor: SiteEditing) {
  const names = Object.entries(SECTION_NAMES);
  return html`<nav class="jump" aria-label=${EDITOR.jump}>
      ${[...names, ['on-page', EDITOR.onPage]].map(([id, name]) => html`<a href="#${id}">${name}</a>`)}
    </nav>
    ${part('where', EDITOR.where, where(editor))} ${part('models', EDITOR.models, models(editor))}
    ${part('money', EDITOR.money, money(editor))} ${part('check', EDITOR.check, check(editor))}
    ${part('words', EDITOR.words, words(editor))} ${part('look', EDITOR.look, look(editor))}`;
}

export const deletion = (editor: SiteEditing) =>
  html`<p class="buttons">
    ${
      editor.loaded?.shown.source === 'record'
        ? html`<button type="button" class="link danger" @click=${() => editor.delete()}>${EDITOR.delete(editor.name)}</button>
            <span class="hint">${EDITOR.deleteText}</span>`
        : html`<span class="hint">${EDITOR.noRecord}</span>`
    }
  </p>`;
