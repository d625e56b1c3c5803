/** A small element around the added pictures, in place of `<peel-studio>`. */
import { html, LitElement } from 'lit';
import type { UploadOptions } from '../../../widget/api/upload.ts';
import { menuStyles } from '../../../widget/menu/styles.ts';
import { References, renderReferences, styles } from '../../../widget/references/part.ts';
import type { Reference, RejectReason, Via } from '../../../widget/references/reference.ts';
import { base } from '../../../widget/styles/base.ts';
import { controls } from '../../../widget/styles/controls.ts';
import { later } from '../../../widget/styles/later.ts';
import { Words } from '../../../widget/words/words.ts';

export class ReferencesHost extends LitElement {
  static override styles = [base, controls, later, menuStyles, styles];

  words = new Words();
  text = '';
  isDisabled = false;
  max = 14;
  now = 0;
  mayAdd = true;
  uploads = new FakeUploads();
  /** What happened, in order. */
  log: string[] = [];
  said: string[] = [];

  readonly references = new References(this, {
    upload: () => this.uploads.options,
    max: () => this.max,
    now: () => this.now,
    say: (key, values) => this.said.push(this.words.say(key, values)),
    onAdd: (file: Blob, via: Via, role: string) => {
      this.log.push(`add ${nameOf(file)} ${via} ${role}`.trim());
      return this.mayAdd;
    },
    onRemove: ({ name }: Reference) => this.log.push(`remove ${name}`),
    onReject: (file: Blob, reason: RejectReason) => this.log.push(`reject ${nameOf(file)} ${reason}`),
    onFail: ({ name, problem }: Reference, n: number) => this.log.push(`fail ${n} ${name} ${problem?.reason}`),
    onChange: () => undefined,
  });

  protected override render() {
    const { references, words, text, isDisabled } = this;
    const announce = (said: string) => this.said.push(said);
    const onEmpty = () => this.inside('#add').focus();
    return html`
      <div class="base">
        <button id="before">Before</button>
        ${renderReferences({ references, text, words, isDisabled, announce, onEmpty })}
        <button id="add">Add pictures</button>
      </div>
    `;
  }

  inside(selector: string): HTMLElement {
    const found = this.renderRoot.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`Nothing inside matches ${selector}.`);
    return found;
  }

  all(selector: string): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>(selector)];
  }

  get names(): string {
    return this.references.items.map(({ name }) => name).join(' ');
  }

  get states(): string {
    return this.references.items.map(({ state }) => state).join(' ');
  }

  /** Waits for a state that comes after some work of the browser. */
  async until(isReached: () => boolean): Promise<void> {
    const start = performance.now();
    while (!isReached()) {
      if (performance.now() - start > 10_000) throw new Error(`It is ${this.names}: ${this.states}.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await this.updateComplete;
  }

  /** Adds pictures that are uploaded at once. */
  async addAll(...files: File[]): Promise<void> {
    await this.references.add(files, 'pick');
    await this.until(() => this.references.items.every(({ state }) => state === 'ready'));
  }
}

customElements.define('references-host', ReferencesHost);

const nameOf = (file: Blob): string => (file instanceof File ? file.name : '');

export async function mount(set: Partial<ReferencesHost> = {}, style = ''): Promise<ReferencesHost> {
  const host = Object.assign(document.createElement('references-host') as ReferencesHost, set);
  host.setAttribute('style', style);
  document.body.append(host);
  await host.updateComplete;
  return host;
}

/** The worker's Files API, as the page's `fetch`. */
export class FakeUploads {
  asked: { token: string; blob: Blob; signal: AbortSignal }[] = [];
  /** `hold`: answers when the test calls `release`. */
  answer: 'ok' | 'hold' | Response;
  #held: (() => void)[] = [];
  #files = 0;

  constructor(answer: 'ok' | 'hold' | Response = 'ok') {
    this.answer = answer;
  }

  readonly options: UploadOptions = {
    endpoint: 'https://peel.example',
    token: async () => 'ticket',
    fetch: async (_, { body, headers, signal } = {}) => {
      const token = new Headers(headers).get('Authorization') ?? '';
      this.asked.push({ token, blob: body as Blob, signal: signal as AbortSignal });
      if (this.answer === 'hold') {
        await new Promise<void>((resolve, reject) => {
          this.#held.push(resolve);
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
      } else if (this.answer instanceof Response) return this.answer.clone();
      this.#files += 1;
      return Response.json({
        file: { uri: `https://peel.example/v1beta/files/${this.#files}`, mimeType: 'image/jpeg' },
      });
    },
  };

  /** Answers the oldest request, and from now on every request at once. */
  release(): void {
    this.answer = 'ok';
    for (const answer of this.#held.splice(0)) answer();
  }
}
