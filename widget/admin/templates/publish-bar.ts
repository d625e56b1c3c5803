/** What is not published: its changes, and the button that publishes them. */
import { html, nothing } from 'lit';
import type { DeskTemplate } from '../../../worker/desk-protocol.ts';
import { nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { saveSite } from '../sites/saving.ts';
import { TEMPLATE } from '../words/templates.ts';
import { differences, isSameVersion, problemsOf } from './draft.ts';
import type { TemplateEditing } from './editing.ts';

/** Nothing was written yet: what stands there is the desk's own. */
const isExampleOf = ({ live, unsaved }: TemplateEditing): boolean => live === undefined && !unsaved;

export function publishBar(editor: TemplateEditing, draft: DeskTemplate) {
  const live = editor.live;
  if (!editor.unsaved && live) return nothing;
  const isExample = isExampleOf(editor);
  const changes = live ? differences(live, draft) : [isExample ? TEMPLATE.example : TEMPLATE.first];
  const [wrong] = problemsOf(draft).values();
  return html`<section class="save-bar site-bar" aria-label=${TEMPLATE.publish}>
    <div class="save-row">
      <p class="soft">${changes.join(' ')}</p>
      <div class="buttons">
        ${
          live
            ? html`<button type="button" class="link" @click=${() => editor.begin(live)}>${TEMPLATE.discard}</button>
                <button
                  type="button"
                  aria-expanded=${editor.compares ? 'true' : 'false'}
                  @click=${() => {
                    editor.compares = !editor.compares;
                    editor.requestUpdate();
                  }}
                >
                  ${editor.compares ? TEMPLATE.hideCompare : TEMPLATE.compare}
                </button>`
            : nothing
        }
        <button type="button" class=${isExample ? '' : 'primary'} aria-disabled=${editor.isPublishing ? 'true' : nothing} @click=${() => publish(editor)}>
          ${editor.isPublishing ? TEMPLATE.publishing : isExample ? TEMPLATE.exampleYes : TEMPLATE.publish}
        </button>
      </div>
    </div>
    ${
      live && editor.compares
        ? html`<div class="two small">
            ${[[TEMPLATE.liveWords, live] as const, [TEMPLATE.draftWords, draft] as const].map(
              ([title, { prompt, systemInstruction }]) => html`<div>
                <b>${title}</b>
                <p class="words">${prompt}</p>
                <p class="words soft">${systemInstruction ?? nothing}</p>
              </div>`,
            )}
          </div>`
        : nothing
    }
    ${editor.hasTried && wrong ? html`<p class="problem" role="alert">${TEMPLATE.toMend(wrong)}</p>` : nothing}
    ${editor.publishProblem ? html`<p class="problem" role="alert">${editor.publishProblem}</p>` : nothing}
  </section>`;
}

export async function publish(editor: TemplateEditing): Promise<void> {
  const { draft, loaded, record, site } = editor;
  if (!draft || !loaded || !record || editor.isPublishing || !(await editor.isMended())) return;
  const live = editor.live;
  const isExample = isExampleOf(editor);
  const changes = live ? differences(live, draft) : [isExample ? TEMPLATE.exampleFirst : TEMPLATE.first];
  const fate = live && isSameVersion(live, draft) ? TEMPLATE.sameVersion : TEMPLATE.newVersion;
  const isSure = await editor.desk.confirm({
    title: TEMPLATE.question(nameOfSite(site)),
    text: [
      ...changes,
      ...(loaded.record?.grounding ? [TEMPLATE.searchOff] : []),
      ...(live ? [fate] : []),
      ...(editor.drawn === JSON.stringify(draft) ? [] : [TEMPLATE.undrawn]),
    ].join(' '),
    ...{ yes: isExample ? TEMPLATE.exampleYes : TEMPLATE.publish, no: TEMPLATE.goesOn },
  });
  if (!isSure) return;
  editor.isPublishing = true;
  editor.requestUpdate();
  try {
    const ended = await saveSite(editor.desk.api, site, record, loaded.etag);
    if ('conflict' in ended) {
      editor.loaded = ended.conflict;
      editor.publishProblem = TEMPLATE.conflict;
    } else {
      editor.desk.toast(TEMPLATE.published);
      await editor.load();
    }
  } catch (error) {
    editor.publishProblem = TEMPLATE.failed(problemOf(error));
  } finally {
    editor.isPublishing = false;
    editor.requestUpdate();
  }
}
