/** The pictures of a template: those that it takes along, and those that are kept and spare. */
import { html, nothing } from 'lit';
import type { DeskTemplate } from '../../../worker/desk-protocol.ts';
import { problemOf } from '../parts/problem.ts';
import { TEMPLATE } from '../words/templates.ts';
import type { KeptPicture, TemplateEditing } from './editing.ts';

export function pictureList(editor: TemplateEditing, { pictures = [] }: DeskTemplate) {
  const spare = editor.kept.filter(({ id }) => !pictures.includes(id));
  const facts = (id: string): string => {
    const kept = editor.kept.find((picture) => picture.id === id);
    return kept
      ? TEMPLATE.kept(kept.mimeType.replace('image/', '').toUpperCase(), `${Math.ceil(kept.bytes / 1024)} KiB`)
      : '';
  };
  const preview = (id: string) => {
    const address = editor.previews.get(id);
    return address
      ? html`<img src=${address} alt="" width="120" height="88" />`
      : html`<code class="soft">${id.slice(0, 7)}</code>`;
  };
  return html`<section class="panel part-panel">
    <h2>${TEMPLATE.pictures}</h2>
    <ul class="wall">
      ${pictures.map(
        (id, at) => html`<li>
          ${preview(id)} <b>${TEMPLATE.picture(at + 1)}</b> <span class="small soft">${facts(id)}</span>
          <button
            type="button"
            class="link"
            aria-label=${TEMPLATE.removeOf(TEMPLATE.picture(at + 1))}
            @click=${() => editor.set({ pictures: pictures.filter((each) => each !== id) })}
          >
            ${TEMPLATE.remove}
          </button>
        </li>`,
      )}
    </ul>
    <p class="hint">${TEMPLATE.pictureCount(pictures.length)}</p>
    <label class="button upload"
      >${TEMPLATE.add}<input
        class="unseen"
        type="file"
        accept="image/png,image/jpeg,image/webp,image/heic,image/heif"
        @change=${(event: Event) => upload(editor, event)}
    /></label>
    <p class="hint">${TEMPLATE.addType}</p>
    ${
      spare.length > 0
        ? html`<h3>${TEMPLATE.spare}</h3>
            <ul class="wall">
              ${spare.map(
                ({ id, used }) => html`<li>
                  ${preview(id)} <span class="small soft">${facts(id)}</span>
                  <button type="button" class="link" @click=${() => usePicture(editor, id)}>${TEMPLATE.use}</button>
                  ${used ? nothing : html`<button type="button" class="link danger" @click=${() => deletePicture(editor, id)}>${TEMPLATE.delete}</button>`}
                </li>`,
              )}
            </ul>`
        : nothing
    }
  </section>`;
}

async function upload(editor: TemplateEditing, event: Event): Promise<void> {
  const input = event.target as HTMLInputElement;
  const [file] = input.files ?? [];
  input.value = '';
  if (!file || !editor.draft) return;
  try {
    const { value } = await editor.desk.api.tagged<KeptPicture>('PUT', `/sites/${editor.site}/pictures`, file);
    editor.previews.set(value.id, URL.createObjectURL(file));
    if (!editor.kept.some(({ id }) => id === value.id)) editor.kept = [...editor.kept, { ...value, used: false }];
    usePicture(editor, value.id);
  } catch (error) {
    editor.desk.warn(problemOf(error));
  }
}

function usePicture(editor: TemplateEditing, id: string): void {
  const { pictures = [] } = editor.draft ?? {};
  if (!pictures.includes(id)) editor.set({ pictures: [...pictures, id] });
}

async function deletePicture(editor: TemplateEditing, id: string): Promise<void> {
  try {
    await editor.desk.api.send('DELETE', `/sites/${editor.site}/pictures/${id}`);
    editor.kept = editor.kept.filter((picture) => picture.id !== id);
    editor.desk.toast(TEMPLATE.deleted);
    editor.requestUpdate();
  } catch (error) {
    editor.desk.warn(problemOf(error));
  }
}
