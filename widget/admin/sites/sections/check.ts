/** How a visitor proves to be no script. */
import { html, nothing } from 'lit';
import { formatDollars } from '../../parts/format.ts';
import { EDITOR, FIELDS } from '../../words/sites.ts';
import type { SiteEditing } from '../editing.ts';
import { idOf, tick } from '../field.ts';
import { amountsOf } from '../record.ts';
import { problems } from './problems.ts';

export function check(editor: SiteEditing) {
  const { record, choices, today, proof } = editor;
  if (!record || !choices) return nothing;
  const outcomes = today?.proofs;
  const day = formatDollars(amountsOf(record).day);
  const hints = {
    turnstile: choices.turnstileSiteKey ? EDITOR.turnstileKey(choices.turnstileSiteKey) : EDITOR.turnstileNone,
    pow: EDITOR.powHint,
    none: EDITOR.noneHint(day),
  };
  const option = (kind: 'turnstile' | 'pow' | 'none', words: string) =>
    html`<div class="option">
      <label
        ><input
          type="radio"
          name="proof"
          id=${kind === proof ? idOf('proof') : nothing}
          .checked=${kind === proof}
          ?disabled=${kind === 'turnstile' && !choices.turnstileSiteKey && proof !== kind}
          @change=${() => editor.set('proof', kind)}
        />${words}</label
      >
      <p class="hint">
        ${hints[kind]}
        ${kind === proof && outcomes && kind !== 'none' ? EDITOR.outcomes(outcomes.asked, outcomes.passed, outcomes.failed, outcomes.unreachable) : ''}
      </p>
    </div>`;
  const accept = (checked: boolean): void => {
    if (checked) editor.accepted.add('none');
    else editor.accepted.delete('none');
    editor.requestUpdate();
  };
  return html`<fieldset>
      <legend class="unseen">${FIELDS.proof}</legend>
      ${option('turnstile', EDITOR.turnstile)} ${option('pow', EDITOR.pow)} ${option('none', EDITOR.none)}
    </fieldset>
    ${proof === 'none' && !editor.desk.facts.demo ? tick('accepts-none', EDITOR.noneTick, editor.accepted.has('none'), accept) : nothing}
    ${problems(editor, 'proof')}
    <p class="buttons">
      <button type="button" @click=${() => editor.endTickets()}>${EDITOR.endTickets}</button>
      <span class="hint">${EDITOR.endTicketsHint}</span>
    </p>
    ${tick('paused', EDITOR.lasting, record.paused === true, (on) => editor.set('paused', on || undefined))}`;
}
