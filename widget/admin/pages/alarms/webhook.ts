import { html, LitElement, nothing } from 'lit';
import type { DeskWebhook } from '../../../../worker/desk-protocol.ts';
import { Refusal } from '../../api.ts';
import type { Desk } from '../../page.ts';
import { copyButton } from '../../parts/copy.ts';
import { textField } from '../../parts/field.ts';
import { formatMoment, formatNumber } from '../../parts/format.ts';
import { problemOf } from '../../parts/problem.ts';
import { table } from '../../parts/table.ts';
import { HOOK, nameOfDelivery, testedOf } from '../../words/alarms.ts';

type Delivery = DeskWebhook['deliveries'][number];

/** The webhook: its address, a test, the last deliveries, and a secret that is shown once. */
class DeskWebhookPanel extends LitElement {
  static override properties = {
    desk: { attribute: false },
    webhook: { attribute: false },
    onChange: { attribute: false },
    typed: { state: true },
    problem: { state: true },
    secret: { state: true },
    isBusy: { state: true },
  };

  declare desk: Desk;
  declare webhook: DeskWebhook | null;
  declare onChange: () => void;
  /** What the owner types. undefined: the form is closed. */
  declare typed: string | undefined;
  declare problem: string | undefined;
  declare secret: string | undefined;
  declare isBusy: boolean;

  constructor() {
    super();
    this.isBusy = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render() {
    const { webhook, secret } = this;
    return html`<section class="panel webhook">
      <div class="head">
        <h2>${HOOK.title}</h2>
        <a href=${HOOK.helpAddress}>${HOOK.secretHelp}</a>
      </div>
      ${webhook ? this.#set(webhook) : this.#form()}
      ${secret === undefined ? nothing : this.#once(secret)}
      ${webhook ? this.#last(webhook.deliveries) : nothing}
    </section>`;
  }

  #form() {
    return html`<form class="hook-form" novalidate @submit=${this.#save}>
      <p class="soft">${HOOK.none}</p>
      ${textField({
        ...{ id: 'webhook-address', label: HOOK.address, hint: HOOK.hint, type: 'url', inputMode: 'url' },
        ...{ value: this.typed ?? '', problem: this.problem, maxLength: 2000 },
        onInput: (value) => {
          this.typed = value;
          this.problem = undefined;
        },
      })}
      <div class="buttons"><button type="submit" class="primary" aria-disabled=${this.isBusy}>${HOOK.save}</button></div>
    </form>`;
  }

  #set({ address, source }: DeskWebhook) {
    const isOurs = source === 'desk';
    return html`<p class="hook-address"><code>${address}</code></p>
      ${isOurs ? nothing : html`<p class="soft small">${HOOK.fixed}</p>`}
      <div class="buttons">
        <button type="button" aria-disabled=${this.isBusy} @click=${this.#test}>${HOOK.test}</button>
        <button type="button" class="link" @click=${this.#renew}>${HOOK.renew}</button>
        ${isOurs ? html`<button type="button" class="link danger" @click=${this.#remove}>${HOOK.remove}</button>` : nothing}
      </div>`;
  }

  #once(secret: string) {
    return html`<div class="note sun hook-secret" role="status">
      <h3>${HOOK.secretTitle}</h3>
      <p>${HOOK.secretText}</p>
      <p><code>${secret}</code></p>
      <div class="buttons">
        ${copyButton(() => secret)}
        <button
          type="button"
          @click=${() => {
            this.secret = undefined;
          }}
        >
          ${HOOK.done}
        </button>
      </div>
    </div>`;
  }

  #last(deliveries: readonly Delivery[]) {
    return html`<h3>${HOOK.last}</h3>
      ${
        deliveries.length === 0
          ? html`<p class="soft">${HOOK.lastEmpty}</p>`
          : table<Delivery>({
              caption: HOOK.last,
              rows: deliveries,
              keyOf: ({ at, name }) => `${at} ${name}`,
              columns: [
                { id: 'name', label: HOOK.what, cell: ({ name }) => nameOfDelivery(name) },
                { id: 'at', label: HOOK.when, cell: ({ at }) => formatMoment(at) },
                {
                  ...{ id: 'status', label: HOOK.status },
                  cell: ({ status }) =>
                    html`<span class=${isTaken(status) ? 'state live' : 'state stopped'}>${status ?? HOOK.noAnswer}</span>`,
                },
                { id: 'ms', label: HOOK.took, isNumber: true, cell: ({ ms }) => `${formatNumber(ms)} ms` },
                { ...{ id: 'tries', label: HOOK.tries, isNumber: true }, cell: ({ tries }) => HOOK.tried(tries) },
              ],
            })
      }`;
  }

  /** Does one thing at a time, and tells why it did not come off. */
  async #act(act: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await act();
      this.onChange();
    } catch (error) {
      if (error instanceof Refusal && error.field === 'address') {
        this.problem = HOOK.wrong(error.message);
        await this.updateComplete;
        this.querySelector<HTMLInputElement>('#webhook-address')?.focus();
      } else this.desk.warn(problemOf(error));
    } finally {
      this.isBusy = false;
    }
  }

  #save = (event: Event): void => {
    event.preventDefault();
    void this.#act(async () => {
      const { secret } = await this.desk.api.send<{ secret: string }>('PUT', '/alarms/webhook', {
        address: this.typed ?? '',
      });
      this.secret = secret;
      this.typed = undefined;
    });
  };

  #test = (): void => {
    void this.#act(async () => {
      const outcome = await this.desk.api.send<Delivery>('POST', '/alarms/test', {});
      const said = testedOf(outcome);
      if (isTaken(outcome.status)) this.desk.toast(said);
      else this.desk.warn(said);
    });
  };

  #renew = (): void => {
    void this.#act(async () => {
      if (!(await this.desk.confirm(HOOK.renewQuestion))) return;
      this.secret = (await this.desk.api.send<{ secret: string }>('POST', '/alarms/secret', {})).secret;
    });
  };

  #remove = (): void => {
    void this.#act(async () => {
      if (!(await this.desk.confirm(HOOK.removeQuestion))) return;
      await this.desk.api.send('DELETE', '/alarms/webhook');
      this.secret = undefined;
      this.desk.toast(HOOK.removed);
    });
  };
}

const isTaken = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

customElements.define('desk-webhook', DeskWebhookPanel);
