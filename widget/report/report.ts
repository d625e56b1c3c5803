/** The form in which a visitor reports a picture. It is loaded when it is asked for. */
import { css, html, nothing, render } from 'lit';
import type { ReportRequest } from '../../worker/protocol.ts';
import { sendTo } from '../api/http.ts';
import type { EngineHost } from '../host.ts';
import type { Result } from '../model.ts';
import { REPORT } from '../words/english/report.ts';
import { addEnglish } from '../words/words.ts';

addEnglish(REPORT);

/** As the worker has it. */
const MAX_WORDS = 500;

export type ReportHost = Pick<EngineHost, 'clientOptions' | 'facts' | 'words'> & {
  element: { renderRoot: HTMLElement | DocumentFragment };
};

/**
 * Opens the form; by e-mail the visitor's own program.
 *
 * @param host Of a site that takes reports.
 */
export function report({ clientOptions, element, facts, words }: ReportHost, { url }: Pick<Result, 'url'>): void {
  const image = new URL(url, document.baseURI).href;
  const to = facts?.reports;
  if (to !== 'here') {
    // The signature of a private picture is its asker's.
    const link = document.createElement('a');
    link.href = `${to}?subject=${encodeURIComponent(words.say('report'))}&body=${encodeURIComponent(image.replace(/\?.*/, ''))}`;
    link.click();
    return;
  }
  const dialog = document.createElement('dialog');
  dialog.className = 'base report';
  let state: 'written' | 'sending' | 'failed' | 'sent' = 'written';

  async function onSubmit(event: Event) {
    event.preventDefault();
    if (state === 'sending') return;
    const written = dialog.querySelector('textarea')!.value.trim();
    if (written) draw('sending');
    if (written) draw((await send(written)) ? 'sent' : 'failed');
  }

  async function send(written: string): Promise<boolean> {
    const body: ReportRequest = { image, words: written };
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    return sendTo(clientOptions)('/peel/report', init).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  function draw(next: typeof state) {
    state = next;
    const isSent = state === 'sent';
    const close = (rank: string, text: string) =>
      html`<button type="button" class=${rank} autofocus @click=${() => dialog.close()}>${text}</button>`;
    const form = html`
      <label class="alt">
        ${words.say('reportWhat')}
        <textarea rows="4" dir="auto" required autofocus maxlength=${MAX_WORDS}></textarea>
      </label>
      <p role="alert">${state === 'failed' ? words.say('reportFailed') : nothing}</p>
      <p class="row">
        <button class="fill" aria-disabled=${state === 'sending' || nothing}>${words.say('reportSend')}</button>
        ${close('plain', words.say('cancel'))}
      </p>
    `;
    render(
      html`
        <form @submit=${onSubmit} @keydown=${(event: Event) => event.stopPropagation()}>
          <h2 id="report">${words.say('report')}</h2>
          <div role="status">${isSent ? words.say('reportSent') : nothing}</div>
          ${isSent ? html`<p class="row">${close('fill', words.say('reportClose'))}</p>` : form}
        </form>
      `,
      dialog,
    );
    if (isSent) dialog.querySelector('button')!.focus();
  }

  dialog.setAttribute('aria-labelledby', 'report');
  dialog.addEventListener('close', () => dialog.remove());
  element.renderRoot.append(dialog);
  draw('written');
  dialog.showModal();
}

export const styles = css`
  .report {
    inline-size: min(26em, 100% - 2em);
    padding: 1.1em;
    margin: auto;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_paper);
    color: var(--_ink);
    container-type: normal;
  }
  .report::backdrop {
    background: rgb(0 0 0 / 40%);
  }
  .report h2 {
    margin: 0 0 0.6em;
    font-size: 1.1em;
  }
  .report .row {
    display: flex;
    margin-block-start: 0.9em;
    gap: 0.6em;
  }
`;
