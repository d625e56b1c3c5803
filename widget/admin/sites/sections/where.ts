/** The pages that may show the element. */
import { html, nothing } from 'lit';
import { EDITOR, MEND } from '../../words/sites.ts';
import type { SiteEditing } from '../editing.ts';
import { idOf, tick } from '../field.ts';
import { isWildcard, mendOrigin } from '../mend.ts';
import { warningsOf } from './problems.ts';

export function where(editor: SiteEditing) {
  const { record, today } = editor;
  const origins = record?.origins ?? [];
  const set = (at: number, value: string): void => editor.set('origins', origins.with(at, value));
  const refused = (today?.refusedOrigins ?? []).filter(({ origin }) => !origins.includes(origin));
  const remove = (at: number): void => {
    // The lines below it move up, and so would what was typed in them.
    for (const key of [...editor.typed.keys(), ...editor.mends.keys()].filter((each) => each.startsWith('origins.'))) {
      editor.typed.delete(key);
      editor.mends.delete(key);
    }
    editor.set('origins', origins.toSpliced(at, 1));
  };
  return html`<h3>${EDITOR.pageList}</h3>
    <ul class="origins">
      ${origins.map((origin, at) => {
        const name = `origins.${at}`;
        const count = today?.origins.find((each) => each.origin === origin)?.count;
        const taken = editor.mends.get(name)?.taken;
        const problem = editor.problemAt(name);
        const id = idOf(name);
        return html`<li>
          <input
            id=${id}
            aria-label=${EDITOR.page(at + 1)}
            inputmode="url"
            autocomplete="off"
            spellcheck="false"
            .value=${editor.typed.get(name) ?? origin}
            aria-invalid=${problem ? 'true' : nothing}
            aria-describedby=${problem || taken ? `${id}-problem` : nothing}
            @input=${(event: Event) => editor.type(name, (event.target as HTMLInputElement).value, mendOrigin, (value) => set(at, value))}
            @change=${(event: Event) => editor.leave(name, mendOrigin((event.target as HTMLInputElement).value))}
          />
          <span class="asked small soft">${count === undefined ? '' : EDITOR.asked(count)}</span>
          <button type="button" class="link" aria-label=${EDITOR.removePage(origin)} @click=${() => remove(at)}>${EDITOR.remove}</button>
          ${problem || taken ? html`<p class=${problem ? 'problem' : 'hint'} id="${id}-problem">${problem ?? MEND.taken(taken as string)}</p>` : nothing}
          ${isWildcard(origin) && (!problem || problem === MEND.wildcard(belowOf(origin))) ? wildcardTick(editor, origin, at) : nothing}
        </li>`;
      })}
    </ul>
    <p class="buttons">
      <button type="button" @click=${() => addOrigin(editor, '')}>${EDITOR.addPage}</button>
    </p>
    ${refused.map(
      ({ origin, count }) => html`<p class="sun-line">
        <b>${origin}</b> ${EDITOR.refused(count)}
        <button type="button" class="link" @click=${() => addOrigin(editor, origin)}>${EDITOR.allow}</button>
      </p>`,
    )}
    ${warningsOf(editor, 'where')}`;
}

function wildcardTick(editor: SiteEditing, origin: string, at: number) {
  return tick(
    `wildcard.${at}`,
    MEND.wildcardTick,
    editor.accepted.has(origin),
    (checked) => {
      if (checked) editor.accepted.add(origin);
      else editor.accepted.delete(origin);
      editor.requestUpdate();
    },
    { hint: MEND.wildcard(belowOf(origin)) },
  );
}

const belowOf = (origin: string): string => origin.slice('https://*.'.length);

async function addOrigin(editor: SiteEditing, origin: string): Promise<void> {
  const origins = editor.record?.origins ?? [];
  editor.set('origins', [...origins, origin]);
  await editor.updateComplete;
  editor.querySelector<HTMLElement>(`#${idOf(`origins.${origins.length}`)}`)?.focus();
}
