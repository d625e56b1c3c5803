/** Beside a site's form: its pause, whether it would allow a request, its snippet. */
import { html, nothing } from 'lit';
import type { DeskChoices } from '../../../worker/desk-protocol.ts';
import { frame, type Snippet, script, html as tagSnippet } from '../../builder/snippets.ts';
import { copyButton } from '../parts/copy.ts';
import { formatPrice, formatTime, formatWait } from '../parts/format.ts';
import { EDITOR, VERDICT } from '../words/sites.ts';
import type { Probe, SiteEditing } from './editing.ts';
import { segments, select } from './field.ts';
import { isWildcard } from './mend.ts';
import { defaultModelOf, modelsOf, sizesOf, usualSize } from './money.ts';
import type { SiteRecord } from './record.ts';
import { linesOf } from './verdict.ts';

const SNIPPETS: Record<'html' | 'script' | 'frame', Snippet> = { html: tagSnippet, script, frame };

/** An address that no owner has (RFC 2606). */
const ANOTHER = 'https://another-page.example';

export const beside = (editor: SiteEditing) => html`
  ${pausing(editor)} ${editor.record ? judgement(editor, editor.record) : nothing} ${onPage(editor)}
`;

const choose = (
  label: string,
  choices: readonly (readonly [string, string])[],
  chosen: string,
  onChoose: (value: string) => void,
) => html`<label class="choose"><span class="unseen">${label}</span>${select(choices, chosen, onChoose)}</label>`;

function judgement(editor: SiteEditing, record: SiteRecord) {
  const { probe } = editor;
  const choices = editor.choices as DeskChoices;
  const pages = record.origins.filter((origin) => origin && !isWildcard(origin));
  const offered = modelsOf(record, choices);
  const model = choices.models.find(({ id }) => id === probe.model) ?? defaultModelOf(record, choices);
  const sizes = sizesOf(record, model);
  const usual = usualSize(sizes) ?? '';
  return html`<section class="panel" aria-labelledby="judge-title">
    <h2 id="judge-title">${VERDICT.title}</h2>
    <p><span class="tag">${VERDICT.free}</span></p>
    <div class="probe">
      ${
        probe.as === 'visitor'
          ? choose(
              VERDICT.from,
              [...pages.map((page) => [page, page] as const), [ANOTHER, VERDICT.another]],
              probe.origin || (pages[0] ?? ANOTHER),
              (origin) => editor.ask({ origin }),
            )
          : nothing
      }
      <div class="probe-row">
        ${choose(
          VERDICT.modelField,
          offered.map(({ id, displayName }) => [id, displayName] as const),
          model?.id ?? '',
          (id) => editor.ask({ model: id, size: '' }),
        )}
        ${choose(
          VERDICT.size,
          sizes.map((size) => [size, size] as const),
          probe.size || usual,
          (size) => editor.ask({ size }),
        )}
        ${choose(
          VERDICT.who,
          [
            ['visitor', VERDICT.visitorOption],
            ['client', VERDICT.clientOption],
          ],
          probe.as,
          (as) => editor.ask({ as: as as Probe['as'] }),
        )}
      </div>
    </div>
    ${verdict(editor, record)}
  </section>`;
}

function verdict(editor: SiteEditing, record: SiteRecord) {
  const { judged, judgedWhy, today } = editor;
  const wrong = editor.allProblems();
  if (wrong[0] !== undefined) {
    return html`<p>
      ${VERDICT.mend} <button type="button" class="link" @click=${() => editor.goTo(wrong[0] as string)}>${VERDICT.goTo}</button>
    </p>`;
  }
  if (judgedWhy) return html`<p class="problem">${judgedWhy}</p>`;
  if (!judged) return html`<p class="soft" aria-busy="true">—</p>`;
  const lines = linesOf(judged, record, editor.probe.as, editor.proof, today);
  const stopped = lines.find(({ state }) => state === 'stops');
  const wait = today?.wait.medianMs;
  return html`<ul class="verdict">
      ${lines.map(
        ({ text, state }) =>
          html`<li class=${state}><span class="unseen">${VERDICT.states[state]}: </span>${text}</li>`,
      )}
    </ul>
    <div class="outcome" role="status">
      ${
        judged.allowed
          ? html`<p>
              <b class="ok">${judged.hit ? VERDICT.hit : VERDICT.allowed}</b>
              ${judged.hit ? '' : VERDICT.costs(formatPrice(judged.worstMicros), formatPrice(judged.pictureMicros))}
              ${wait && !judged.hit ? VERDICT.wait(formatWait(wait)) : ''}
            </p>`
          : html`<p>
              <b class="coral">${VERDICT.refused}</b> ${judged.message} <code>${judged.reason}</code>
              ${stopped ? html`<button type="button" class="link" @click=${() => editor.goTo(stopped.field)}>${VERDICT.goTo}</button>` : nothing}
            </p>`
      }
      <p class="hint">${editor.unsaved ? VERDICT.unsaved : VERDICT.saved}</p>
    </div>`;
}

function onPage(editor: SiteEditing) {
  const { site, snippet, today, desk } = editor;
  const tag = { attributes: site === 'default' ? [] : [['site', site] as const], css: [], ideas: [] };
  const text = SNIPPETS[snippet](desk.facts.origin, tag);
  const last = today?.origins.toSorted((a, b) => b.lastAt - a.lastAt)[0];
  return html`<section class="panel" id="on-page">
    <h2>${EDITOR.onPage}</h2>
    ${segments(EDITOR.onPage, EDITOR.forms, snippet, (form) => {
      editor.snippet = form as typeof snippet;
      editor.requestUpdate();
    })}
    <pre class="snippet" tabindex="0" aria-label=${EDITOR.forms[snippet]}><code>${text}</code></pre>
    <div class="buttons">
      ${copyButton(() => text)}
      <span class="small soft">${last ? EDITOR.seen(formatTime(last.lastAt), last.origin) : EDITOR.notSeen}</span>
    </div>
  </section>`;
}

function pausing(editor: SiteEditing) {
  const { name, isPaused } = editor;
  const isByRecord = editor.saved.paused === true;
  return html`<section class="pausing">
    <button type="button" ?disabled=${isByRecord} @click=${() => editor.pause()}>
      ${isPaused ? EDITOR.resume(name) : EDITOR.pause(name)}
    </button>
    <p class="hint">${isByRecord ? EDITOR.pausedByRecord : EDITOR.pauseText}</p>
  </section>`;
}
