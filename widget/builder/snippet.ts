/** The snippet with its systems, where to paste it, and the lines of a security policy. */
import { html, nothing } from 'lit';
import { type Copying, copyButton, prose } from './controls.ts';
import type { Tag } from './draft.ts';
import { policy } from './snippets.ts';
import { SYSTEMS, type System } from './systems.ts';
import { fill, WORDS } from './words.ts';

export interface SnippetView extends Copying {
  host: string;
  tag: Tag;
  system: System;
  withTurnstile: boolean;
  onSystem: (id: string) => void;
}

export function renderSnippet(view: SnippetView) {
  const { host, tag, system, withTurnstile, onSystem } = view;
  const text = system.snippet(host, tag);
  const lines = policy(host, system.puts, withTurnstile);
  const say = (words: string) => prose(fill(words, { host }));
  return html`
    <section class="panel" aria-label=${WORDS.snippet}>
      <div class="panel-head">
        <div class="tabs" role="tablist" aria-label=${WORDS.system} @keydown=${onKeyDown}>
          ${SYSTEMS.map(
            ({ id, name }) => html`
              <button
                type="button" role="tab" id=${`tab-${id}`} aria-controls="system" aria-selected=${id === system.id}
                tabindex=${id === system.id ? 0 : -1} @click=${() => onSystem(id)}>${name}</button>
            `,
          )}
        </div>
        <label class="systems">
          <span>${WORDS.system}</span>
          <select @change=${(event: Event) => onSystem((event.target as HTMLSelectElement).value)}>
            ${SYSTEMS.map(({ id, name }) => html`<option value=${id} .selected=${id === system.id}>${name}</option>`)}
          </select>
        </label>
        ${copyButton('snippet', text, view, 'primary')}
      </div>
      <div id="system" role="tabpanel" aria-labelledby=${`tab-${system.id}`}>
        <pre id="snippet" dir="ltr">${text}</pre>
        <h3>${WORDS.whereToPaste}</h3>
        <ol>${system.steps.map((step) => html`<li>${say(step)}</li>`)}</ol>
        <h3>${WORDS.strips}</h3>
        <p>${say(system.strips)}</p>
        <p class="hint">
          ${system.tried}
          ${system.source ? html`<a href=${system.source} rel="noreferrer" target="_blank">${WORDS.source}</a>` : nothing}
        </p>
      </div>
      <details>
        <summary>${WORDS.policy}</summary>
        <p>${system.puts === 'frame' ? WORDS.policyFrame : WORDS.policyHint}</p>
        <pre id="policy" dir="ltr">${lines}</pre>
        ${copyButton('policy', lines, view)}
        ${system.puts === 'frame' ? nothing : html`<p class="hint">${prose(WORDS.policyTypes)}</p>`}
      </details>
    </section>
  `;
}

/** Arrows, Home and End go through the tabs; the tab that has the focus is the chosen one. */
function onKeyDown(event: KeyboardEvent) {
  const list = event.currentTarget as HTMLElement;
  const tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.indexOf(event.target as HTMLElement);
  const forward = getComputedStyle(list).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const backward = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
  const next = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const tab = tabs.at(next % tabs.length);
  tab?.focus();
  tab?.click();
}
