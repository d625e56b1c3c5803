/** The versions of a template: the live one, and those before. */
import { html, nothing } from 'lit';
import { formatDay } from '../parts/format.ts';
import { TEMPLATE } from '../words/templates.ts';
import { shortVersion } from './draft.ts';
import type { TemplateEditing } from './editing.ts';

export function versionTable(editor: TemplateEditing) {
  const { versions } = editor.versions;
  const live = editor.liveVersion;
  if (live === undefined && versions.length === 0) return nothing;
  return html`<section class="panel part-panel">
    <div class="head"><h2>${TEMPLATE.versions}</h2><span>${TEMPLATE.versionsHint}</span></div>
    <ul class="versions">
      ${live === undefined ? nothing : html`<li><code>${live}</code> <span class="tag">${TEMPLATE.liveVersion}</span></li>`}
      ${versions.map(
        ({ version, replaced, template }) => html`<li>
          <code>${shortVersion(version)}</code> <span class="soft">${TEMPLATE.replaced(formatDay(replaced))}</span>
          <span class="small words">${template.prompt.slice(0, 120)}</span>
          <button
            type="button"
            class="link"
            aria-label=${TEMPLATE.bringBackOf(shortVersion(version))}
            @click=${() => {
              editor.begin(template);
              editor.desk.toast(TEMPLATE.broughtBack);
            }}
          >
            ${TEMPLATE.bringBack}
          </button>
        </li>`,
      )}
    </ul>
  </section>`;
}
