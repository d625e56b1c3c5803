/** The bar with what changed, Discard and Save. It is there with the first change, and a minute after saving. */
import { html, nothing } from 'lit';
import { formatDollars } from '../parts/format.ts';
import { CHANGES, SAVE } from '../words/sites.ts';
import { changesOf, moreToday, removedOrigins } from './changes.ts';
import type { SiteEditing } from './editing.ts';
import { toMend } from './problems.ts';

export function saveBar(editor: SiteEditing) {
  const { forceIn, unsaved, conflict } = editor;
  if (!unsaved && forceIn === undefined && !conflict) return nothing;
  return html`<section class="save-bar site-bar" tabindex="-1" aria-label=${SAVE.region}>
    ${conflict ? conflictNote(editor) : nothing} ${unsaved ? changes(editor) : nothing}
    ${
      forceIn !== undefined && !unsaved
        ? html`<p><b>${SAVE.saved}</b> <span class="soft" aria-hidden="true">${SAVE.in(forceIn)}</span></p>`
        : nothing
    }
    ${editor.saveProblem ? html`<p class="problem" role="alert">${editor.saveProblem}</p>` : nothing}
  </section>`;
}

function changes(editor: SiteEditing) {
  const { record, saved, today } = editor;
  if (!record) return nothing;
  const all = changesOf(saved, editor.toSend);
  const more = moreToday(saved, record);
  const out = removedOrigins(saved.origins, record.origins);
  const countOf = (origin: string): number => today?.origins.find((each) => each.origin === origin)?.count ?? 0;
  const wrong = editor.allProblems();
  return html`<div class="save-row">
      <p>
        ${all.length > 0 ? html`<b>${CHANGES.count(all.length)}</b> <span class="soft">${all.join(' · ')}</span>` : nothing}
      </p>
      <div class="buttons">
        <button type="button" class="link" @click=${() => editor.discard()}>${SAVE.discard}</button>
        <button type="button" class="primary" aria-disabled=${editor.isSaving ? 'true' : nothing} @click=${() => editor.save()}>
          ${editor.isSaving ? SAVE.saving : SAVE.save}
        </button>
      </div>
    </div>
    ${more === undefined ? nothing : html`<p class="sun">${CHANGES.more(formatDollars(more))}</p>`}
    ${out.map((origin) => html`<p class="sun">${CHANGES.out(origin, countOf(origin))}</p>`)}
    ${
      wrong.length > 0
        ? html`<p><button type="button" class="link danger" @click=${() => editor.goTo(wrong[0] as string)}>${toMend(wrong)}</button></p>`
        : nothing
    }`;
}

function conflictNote(editor: SiteEditing) {
  const { conflict, loaded, record, showsDifference } = editor;
  if (!conflict || !record) return nothing;
  const began = loaded?.record ?? { origins: [] };
  const list = (title: string, words: readonly string[]) =>
    html`<div>
      <b>${title}</b>
      <ul>
        ${(words.length > 0 ? words : [SAVE.same]).map((each) => html`<li>${each}</li>`)}
      </ul>
    </div>`;
  return html`<div class="conflict" role="alert">
    <p><b>${SAVE.conflict}</b> ${SAVE.conflictText}</p>
    <div class="buttons">
      <button
        type="button"
        aria-expanded=${showsDifference ? 'true' : 'false'}
        @click=${() => {
          editor.showsDifference = !showsDifference;
          editor.requestUpdate();
        }}
      >
        ${showsDifference ? SAVE.hide : SAVE.show}
      </button>
      <button type="button" @click=${() => editor.saveOver()}>${SAVE.over}</button>
      <button type="button" @click=${() => editor.take(conflict)}>${SAVE.theirs}</button>
    </div>
    ${
      showsDifference
        ? html`<div class="two small">
            ${list(SAVE.theirsTitle, changesOf(began, conflict.record ?? began))}
            ${list(SAVE.mineTitle, changesOf(began, editor.toSend))}
          </div>`
        : nothing
    }
  </div>`;
}
