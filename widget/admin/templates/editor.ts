import { html, nothing } from 'lit';
import type { DeskChoices, DeskDrawing, DeskSlot, DeskTemplate, DeskVersions } from '../../../worker/desk-protocol.ts';
import { Refusal } from '../api.ts';
import { formatDay, formatMoneyExactly, formatWait, nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { field, idOf, tick } from '../sites/field.ts';
import { mendCount } from '../sites/mend.ts';
import { defaultModelOf, formatPrice, modelsOf, sizesOf } from '../sites/money.ts';
import type { SiteRecord } from '../sites/record.ts';
import { RecordEditor } from '../sites/record-editor.ts';
import { type LoadedSite, loadSite, saveSite } from '../sites/saving.ts';
import { EDITOR, MEND } from '../words/sites.ts';
import { EXAMPLE, TEMPLATE } from '../words/templates.ts';
import {
  differences,
  example,
  freeName,
  isSameVersion,
  problemsOf,
  shortVersion,
  slotUses,
  withSlotField,
} from './draft.ts';

interface KeptPicture {
  id: string;
  mimeType: string;
  bytes: number;
  used: boolean;
}

interface Expansion {
  systemInstruction?: string;
  parts: ({ text: string } | { picture: string; of: 'template' | 'visitor' })[];
  worstMicros: number;
}

/** The worker is asked what goes up when nothing was typed for so long. */
const EXPANDED_AFTER_MS = 700;
const LONGEST = 2000;

/** One template: its words and slots, a test run of what is not published, and the versions before. */
export class TemplateEditor extends RecordEditor {
  static override properties = { ...RecordEditor.properties, draft: { state: true } };

  declare draft: DeskTemplate | undefined;
  #choices: DeskChoices | undefined;
  #versions: DeskVersions = { versions: [] };
  #kept: KeptPicture[] = [];
  /** Previews of pictures that were sent from this window. */
  readonly #previews = new Map<string, string>();
  readonly #values = new Map<string, string>();
  #model = '';
  #size = '';
  #expansion: Expansion | undefined;
  #expansionProblem = '';
  #drawing: DeskDrawing | undefined;
  /** What the last drawing was made of. */
  #drawn = '';
  #isDrawing = false;
  #drawProblem = '';
  #isPublishing = false;
  #publishProblem = '';
  #hasTried = false;
  #compares = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    for (const address of this.#previews.values()) URL.revokeObjectURL(address);
    this.#previews.clear();
  }

  get #live(): DeskTemplate | undefined {
    const { record } = this.loaded ?? {};
    return record?.promptMode === 'template' ? record.template : undefined;
  }

  get #liveVersion(): string | undefined {
    const { live } = this.#versions;
    return live === undefined ? undefined : shortVersion(live);
  }

  get unsaved(): boolean {
    const { draft } = this;
    if (!draft || !this.loaded) return false;
    return JSON.stringify(draft) !== JSON.stringify(this.#live ?? example());
  }

  get answer(): string | undefined {
    if (this.problem) return this.problem;
    if (!this.loaded) return undefined;
    const name = nameOfSite(this.site);
    const version = this.#liveVersion;
    return this.unsaved || version === undefined ? TEMPLATE.draft(version, name) : TEMPLATE.live(version, name);
  }

  async load(): Promise<void> {
    const { site } = this;
    const { api } = this.desk;
    this.problem = '';
    try {
      const [loaded, choices, versions, { pictures }] = await Promise.all([
        loadSite(api, site),
        api.get<DeskChoices>('/choices'),
        api.get<DeskVersions>(`/sites/${site}/versions`),
        api.get<{ pictures: KeptPicture[] }>(`/sites/${site}/pictures`),
      ]);
      if (site !== this.site) return;
      if (!loaded.record) {
        this.problem = EDITOR.broken;
        return;
      }
      this.#choices = choices;
      this.#versions = versions;
      this.#kept = pictures;
      this.loaded = loaded;
      this.#begin(this.#live ?? example());
    } catch (error) {
      const isUnknown = error instanceof Refusal && error.reason === 'SITE_UNKNOWN';
      this.problem = isUnknown ? EDITOR.unknown(site) : problemOf(error);
    }
  }

  #begin(draft: DeskTemplate): void {
    this.draft = draft;
    this.#hasTried = false;
    this.#publishProblem = '';
    this.#expandSoon(0);
  }

  #set(change: Partial<DeskTemplate>): void {
    if (!this.draft) return;
    this.draft = { ...this.draft, ...change };
    this.#publishProblem = '';
    this.#expandSoon(EXPANDED_AFTER_MS);
  }

  get #slots(): DeskSlot[] {
    return this.draft?.slots ?? [];
  }

  #setSlot(at: number, change: Partial<DeskSlot>): void {
    const slot = this.#slots[at];
    if (!slot || !this.draft) return;
    const { name } = change;
    // The places in the prompt follow a new name.
    const prompt =
      name !== undefined && /^[A-Za-z]\w{0,39}$/.test(name)
        ? this.draft.prompt.replaceAll(`{{${slot.name}}}`, `{{${name}}}`)
        : this.draft.prompt;
    this.#set({ prompt, slots: this.#slots.with(at, withSlotField(slot, change)) });
  }

  /** The site's record with the draft in it. */
  get #record(): SiteRecord {
    const { record } = this.loaded as LoadedSite;
    // What a model searches for would tell of the template.
    const { grounding: _, ...rules } = record as SiteRecord;
    return { ...rules, promptMode: 'template', template: this.draft as DeskTemplate };
  }

  get #filled(): Record<string, string> {
    return Object.fromEntries(
      this.#slots.flatMap(({ name, type }) => {
        const value = this.#values.get(name) ?? '';
        return type === 'photo' || value === '' ? [] : [[name, value]];
      }),
    );
  }

  #expandSoon(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#expand(), afterMs);
  }

  /** Asks what goes up and the most that it can cost. */
  async #expand(): Promise<void> {
    if (!this.draft || !this.isConnected) return;
    const asked = ++this.#asked;
    const { model } = this.#chosen();
    try {
      const body = { slots: this.#sample(), record: this.#record, ...(model && { model: model.id }) };
      const expansion = await this.desk.api.send<Expansion>('POST', `/sites/${this.site}/test`, body);
      if (asked !== this.#asked) return;
      this.#expansion = expansion;
      this.#expansionProblem = '';
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#expansion = undefined;
      this.#expansionProblem = problemOf(error);
    }
    this.heard++;
  }

  #chosen() {
    const choices = this.#choices as DeskChoices;
    const record = this.#record;
    const model = modelsOf(record, choices).find(({ id }) => id === this.#model) ?? defaultModelOf(record, choices);
    const sizes = sizesOf(record, model);
    const size = sizes.includes(this.#size) ? this.#size : sizes.includes('1K') ? '1K' : sizes[0];
    return { model, size };
  }

  protected override onKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      void this.#draw();
    }
    if (event.key === 's' && this.unsaved) {
      event.preventDefault();
      void this.#publish();
    }
  }

  async #draw(values = this.#filled): Promise<void> {
    if (this.#isDrawing || !this.draft || !(await this.#isMended())) return;
    const empty = this.#slots.find(({ name, type, required }) => required && type !== 'photo' && !values[name]);
    if (empty) {
      this.#drawProblem = TEMPLATE.fill(empty.label);
      this.heard++;
      return this.querySelector<HTMLElement>(`#test-${empty.name}`)?.focus();
    }
    const { model, size } = this.#chosen();
    const record = this.#record;
    this.#isDrawing = true;
    this.#drawProblem = '';
    this.heard++;
    try {
      this.#drawing = await this.desk.api.send<DeskDrawing>('POST', `/sites/${this.site}/draw`, {
        ...(model && { model: model.id }),
        record,
        request: {
          contents: [{ role: 'user', parts: [{ peelTemplate: { slots: values } }] }],
          ...(size && { generationConfig: { imageConfig: { imageSize: size } } }),
        },
      });
      this.#drawn = JSON.stringify(record.template);
      this.desk.refresh();
    } catch (error) {
      this.#drawProblem = problemOf(error);
    } finally {
      this.#isDrawing = false;
      this.heard++;
    }
  }

  /** @returns false where something is to be mended, which then has the focus. */
  async #isMended(): Promise<boolean> {
    const [first] = problemsOf(this.draft as DeskTemplate);
    this.#hasTried = true;
    this.heard++;
    if (!first) return true;
    await this.updateComplete;
    this.querySelector<HTMLElement>(`#${idOf(`template.${first[0]}`)}`)?.focus();
    return false;
  }

  async #publish(): Promise<void> {
    const { draft, loaded, site } = this;
    if (!draft || !loaded || this.#isPublishing || !(await this.#isMended())) return;
    const live = this.#live;
    const changes = live ? differences(live, draft) : [TEMPLATE.first];
    const fate = live && isSameVersion(live, draft) ? TEMPLATE.sameVersion : TEMPLATE.newVersion;
    const isSure = await this.desk.confirm({
      title: TEMPLATE.question(nameOfSite(site)),
      text: [
        ...changes,
        ...(loaded.record?.grounding ? [TEMPLATE.searchOff] : []),
        ...(live ? [fate] : []),
        ...(this.#drawn === JSON.stringify(draft) ? [] : [TEMPLATE.undrawn]),
      ].join(' '),
      ...{ yes: TEMPLATE.publish, no: TEMPLATE.goesOn },
    });
    if (!isSure) return;
    this.#isPublishing = true;
    this.heard++;
    try {
      const ended = await saveSite(this.desk.api, site, this.#record, loaded.etag);
      if ('conflict' in ended) {
        this.loaded = ended.conflict;
        this.#publishProblem = TEMPLATE.conflict;
      } else {
        this.desk.toast(TEMPLATE.published);
        await this.load();
      }
    } catch (error) {
      this.#publishProblem = TEMPLATE.failed(problemOf(error));
    } finally {
      this.#isPublishing = false;
      this.heard++;
    }
  }

  async #upload(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = '';
    if (!file || !this.draft) return;
    try {
      const { value } = await this.desk.api.tagged<KeptPicture>('PUT', `/sites/${this.site}/pictures`, file);
      this.#previews.set(value.id, URL.createObjectURL(file));
      if (!this.#kept.some(({ id }) => id === value.id)) this.#kept = [...this.#kept, { ...value, used: false }];
      this.#usePicture(value.id);
    } catch (error) {
      this.desk.warn(problemOf(error));
    }
  }

  #usePicture(id: string): void {
    const { pictures = [] } = this.draft ?? {};
    if (!pictures.includes(id)) this.#set({ pictures: [...pictures, id] });
  }

  async #deletePicture(id: string): Promise<void> {
    try {
      await this.desk.api.send('DELETE', `/sites/${this.site}/pictures/${id}`);
      this.#kept = this.#kept.filter((picture) => picture.id !== id);
      this.desk.toast(TEMPLATE.deleted);
      this.heard++;
    } catch (error) {
      this.desk.warn(problemOf(error));
    }
  }

  #insert(name: string): void {
    const area = this.querySelector<HTMLTextAreaElement>(`#${idOf('template.prompt')}`);
    if (!area) return;
    area.setRangeText(`{{${name}}}`, area.selectionStart, area.selectionEnd, 'end');
    this.#set({ prompt: area.value });
    area.focus();
  }

  async #addSlot(name: string): Promise<void> {
    const at = this.#slots.length;
    this.#set({ slots: [...this.#slots, { name, label: TEMPLATE.newLabel, type: 'text', maxLength: 80 }] });
    await this.updateComplete;
    this.querySelector<HTMLElement>(`#${idOf(`template.slots.${at}.label`)}`)?.focus();
  }

  protected override render() {
    if (this.problem) {
      return html`<p class="buttons"><button type="button" @click=${() => this.load()}>${EDITOR.again}</button></p>`;
    }
    const { draft } = this;
    if (!draft || !this.loaded) return html`<p class="soft" aria-busy="true">—</p>`;
    return html`<div class="site">
        <div class="site-form">
          ${this.#prompt(draft)} ${this.#slotTable(draft)} ${this.#pictures(draft)} ${this.#standing(draft)}
        </div>
        <aside class="site-beside">${this.#test()}</aside>
      </div>
      ${this.#versionTable()} ${this.#bar(draft)}`;
  }

  #bar(draft: DeskTemplate) {
    const live = this.#live;
    if (!this.unsaved && live) return nothing;
    const changes = live ? differences(live, draft) : [];
    const [wrong] = problemsOf(draft).values();
    return html`<section class="save-bar site-bar" aria-label=${TEMPLATE.publish}>
      <div class="save-row">
        <p class="soft">${changes.join(' ')}</p>
        <div class="buttons">
          ${
            live
              ? html`<button type="button" class="link" @click=${() => this.#begin(live)}>${TEMPLATE.discard}</button>
                  <button
                    type="button"
                    aria-expanded=${this.#compares ? 'true' : 'false'}
                    @click=${() => {
                      this.#compares = !this.#compares;
                      this.heard++;
                    }}
                  >
                    ${this.#compares ? TEMPLATE.hideCompare : TEMPLATE.compare}
                  </button>`
              : nothing
          }
          <button type="button" class="primary" aria-disabled=${this.#isPublishing ? 'true' : nothing} @click=${() => this.#publish()}>
            ${this.#isPublishing ? TEMPLATE.publishing : TEMPLATE.publish}
          </button>
        </div>
      </div>
      ${
        live && this.#compares
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
      ${this.#hasTried && wrong ? html`<p class="problem" role="alert">${TEMPLATE.toMend(wrong)}</p>` : nothing}
      ${this.#publishProblem ? html`<p class="problem" role="alert">${this.#publishProblem}</p>` : nothing}
    </section>`;
  }

  #prompt(draft: DeskTemplate) {
    const { uses, unknown } = slotUses(draft);
    return html`<section class="panel part-panel">
      ${field({
        ...{
          name: 'template.prompt',
          label: TEMPLATE.prompt,
          lines: 7,
          value: draft.prompt,
          hint: TEMPLATE.promptHint,
        },
        problem: this.#hasTried && draft.prompt.trim() === '' ? TEMPLATE.noPrompt : undefined,
        onInput: (prompt) => this.#set({ prompt }),
      })}
      <p class="buttons">
        <span class="small soft">${TEMPLATE.insert}</span>
        ${[...uses].map(
          ([name, count]) =>
            html`<button type="button" class="chip ${count === 0 ? 'unused' : ''}" title=${count === 0 ? TEMPLATE.unused(name) : TEMPLATE.used(name, count)} @click=${() => this.#insert(name)}>
              ${name}
            </button>`,
        )}
        <button type="button" @click=${() => this.#addSlot(freeName(this.#slots))}>${TEMPLATE.newSlot}</button>
        <span class="small soft">${TEMPLATE.length(draft.prompt.length)}</span>
      </p>
      ${unknown.map(
        (name) => html`<p class="problem">
          ${TEMPLATE.unknown(name)}
          <button type="button" class="link" @click=${() => this.#addSlot(name)}>${TEMPLATE.addIt}</button>
        </p>`,
      )}
      ${[...uses]
        .filter(([name, count]) => count === 0 && draft.slots?.find((slot) => slot.name === name)?.type !== 'photo')
        .map(([name]) => html`<p class="sun-line">${TEMPLATE.unused(name)}</p>`)}
    </section>`;
  }

  #slotTable(draft: DeskTemplate) {
    const problems = this.#hasTried ? problemsOf(draft) : new Map<string, string>();
    return html`<section class="panel part-panel">
      <div class="head"><h2>${TEMPLATE.slots}</h2><span>${TEMPLATE.slotsHint}</span></div>
      ${this.#slots.length === 0 ? html`<p class="soft">${TEMPLATE.noSlots}</p>` : nothing}
      <ol class="slots">
        ${this.#slots.map((slot, at) => this.#slot(slot, at, problems))}
      </ol>
      <p class="hint">${TEMPLATE.data}</p>
    </section>`;
  }

  #slot(slot: DeskSlot, at: number, problems: ReadonlyMap<string, string>) {
    const path = `template.slots.${at}`;
    const { name, label, type, maxLength, choices = [], required } = slot;
    return html`<li>
      <div class="slot">
        ${field({
          ...{ name: `${path}.name`, label: TEMPLATE.slotName, value: name, problem: problems.get(`slots.${at}.name`) },
          onInput: (typed) => this.#setSlot(at, { name: typed.trim() }),
        })}
        ${field({
          ...{ name: `${path}.label`, label: TEMPLATE.label, value: label, problem: problems.get(`slots.${at}.label`) },
          onInput: (typed) => this.#setSlot(at, { label: typed }),
          onLeave: (typed) => this.#setSlot(at, { label: typed.replace(/\s+/g, ' ').trim() }),
        })}
        <div class="field">
          <label for=${idOf(`${path}.type`)}>${TEMPLATE.takes}</label>
          <select
            id=${idOf(`${path}.type`)}
            @change=${(event: Event) => this.#setSlot(at, { type: (event.target as HTMLSelectElement).value as DeskSlot['type'] })}
          >
            ${Object.entries(TEMPLATE.kinds).map(([kind, words]) => html`<option value=${kind} .selected=${kind === type}>${words}</option>`)}
          </select>
        </div>
        ${
          type === 'text'
            ? field({
                ...{
                  name: `${path}.maxLength`,
                  label: TEMPLATE.upTo,
                  value: String(maxLength ?? ''),
                  placeholder: '200',
                  decimal: true,
                  unit: TEMPLATE.characters,
                },
                onInput: (typed) => {
                  const mended = mendCount(typed, 1, LONGEST);
                  if ('value' in mended) this.#setSlot(at, { maxLength: mended.value } as Partial<DeskSlot>);
                },
                problem: maxLength !== undefined && maxLength > LONGEST ? MEND.notCount(1, LONGEST) : undefined,
              })
            : nothing
        }
        ${
          type === 'choice'
            ? field({
                ...{ name: `${path}.choices`, label: TEMPLATE.choices, lines: 4, value: choices.join('\n') },
                problem: problems.get(`slots.${at}.choices`),
                onInput: (typed) => this.#setSlot(at, { choices: typed.split('\n') }),
                onLeave: (typed) =>
                  this.#setSlot(at, {
                    choices: [...new Set(typed.split('\n').map((line) => line.replace(/\s+/g, ' ').trim()))].filter(
                      Boolean,
                    ),
                  }),
              })
            : nothing
        }
      </div>
      <p class="buttons">
        ${tick(`${path}.required`, TEMPLATE.must, required === true, (on) => this.#setSlot(at, { required: on }))}
        ${
          at > 0
            ? html`<button
                type="button"
                class="link"
                aria-label=${TEMPLATE.upOf(name)}
                @click=${() => this.#set({ slots: this.#slots.toSpliced(at, 1).toSpliced(at - 1, 0, slot) })}
              >
                ${TEMPLATE.up}
              </button>`
            : nothing
        }
        <button
          type="button"
          class="link"
          aria-label=${TEMPLATE.removeOf(name)}
          @click=${() => this.#set({ slots: this.#slots.toSpliced(at, 1) })}
        >
          ${TEMPLATE.remove}
        </button>
      </p>
    </li>`;
  }

  #pictures({ pictures = [] }: DeskTemplate) {
    const spare = this.#kept.filter(({ id }) => !pictures.includes(id));
    const facts = (id: string): string => {
      const kept = this.#kept.find((picture) => picture.id === id);
      return kept
        ? TEMPLATE.kept(kept.mimeType.replace('image/', '').toUpperCase(), `${Math.ceil(kept.bytes / 1024)} KiB`)
        : '';
    };
    const preview = (id: string) => {
      const address = this.#previews.get(id);
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
              @click=${() => this.#set({ pictures: pictures.filter((each) => each !== id) })}
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
          @change=${this.#upload}
      /></label>
      <p class="hint">${TEMPLATE.addType}</p>
      ${
        spare.length > 0
          ? html`<h3>${TEMPLATE.spare}</h3>
              <ul class="wall">
                ${spare.map(
                  ({ id, used }) => html`<li>
                    ${preview(id)} <span class="small soft">${facts(id)}</span>
                    <button type="button" class="link" @click=${() => this.#usePicture(id)}>${TEMPLATE.use}</button>
                    ${used ? nothing : html`<button type="button" class="link danger" @click=${() => this.#deletePicture(id)}>${TEMPLATE.delete}</button>`}
                  </li>`,
                )}
              </ul>`
          : nothing
      }
    </section>`;
  }

  #standing({ systemInstruction = '' }: DeskTemplate) {
    return html`<section class="panel part-panel">
      ${field({
        ...{ name: 'template.systemInstruction', label: TEMPLATE.standing, lines: 3 },
        ...{ value: systemInstruction, hint: TEMPLATE.standingHint },
        onInput: (typed) => {
          const { systemInstruction: _, ...others } = this.draft as DeskTemplate;
          this.draft = others;
          this.#set(typed === '' ? {} : { systemInstruction: typed });
        },
      })}
    </section>`;
  }

  #test() {
    const { model, size } = this.#chosen();
    const choices = this.#choices as DeskChoices;
    const options = modelsOf(this.#record, choices).flatMap((each) =>
      sizesOf(this.#record, each).map((one) => ({ value: `${each.id} ${one}`, name: `${each.displayName}, ${one}` })),
    );
    const about = model && size ? model.priceMicros[size] : undefined;
    const worst = this.#expansion?.worstMicros;
    const first = this.#slots.find(({ type }) => type === 'text');
    return html`<section class="panel" aria-labelledby="test-title">
      <h2 id="test-title">${TEMPLATE.test} <small class="soft">${TEMPLATE.testOf(this.unsaved ? undefined : this.#liveVersion)}</small></h2>
      ${this.#slots.map((slot) => this.#value(slot))}
      <div class="field">
        <label for="test-model">${TEMPLATE.model}</label>
        <select
          id="test-model"
          @change=${(event: Event) => {
            [this.#model = '', this.#size = ''] = (event.target as HTMLSelectElement).value.split(' ');
            this.#expandSoon(0);
            this.heard++;
          }}
        >
          ${options.map(({ value, name }) => html`<option value=${value} .selected=${value === `${model?.id} ${size}`}>${name}</option>`)}
        </select>
      </div>
      ${this.#expansionProblem && problemsOf(this.draft as DeskTemplate).size === 0 ? html`<p class="problem">${this.#expansionProblem}</p>` : nothing}
      <p class="hint">${TEMPLATE.cost(formatPrice(about), worst === undefined ? undefined : formatPrice(worst))}</p>
      <button type="button" class="primary" aria-disabled=${this.#isDrawing ? 'true' : nothing} @click=${() => this.#draw()}>
        ${this.#isDrawing ? TEMPLATE.drawing : TEMPLATE.draw}
      </button>
      <div class="drawing" role="status">${this.#result()}</div>
      ${
        first
          ? html`<h3>${TEMPLATE.breakIt}</h3>
              <p class="hint">${TEMPLATE.breakHint}</p>
              <p class="buttons">
                ${Object.entries(TEMPLATE.hostile).map(
                  ([name, words]) =>
                    html`<button
                      type="button"
                      class="small"
                      @click=${() => this.#draw({ ...this.#sample(), [first.name]: words.slice(0, first.maxLength ?? 200) })}
                    >
                      ${name}
                    </button>`,
                )}
              </p>`
          : nothing
      }
      ${
        this.#expansion
          ? html`<details>
              <summary>${TEMPLATE.goesUp}</summary>
              <ul class="small words">
                ${this.#expansion.parts.map((part) => html`<li>${'text' in part ? part.text : part.of === 'template' ? TEMPLATE.ownPicture : TEMPLATE.photo}</li>`)}
                ${this.#expansion.systemInstruction ? html`<li class="soft">${this.#expansion.systemInstruction}</li>` : nothing}
              </ul>
            </details>`
          : nothing
      }
      ${
        this.#drawing
          ? html`<details>
              <summary>${TEMPLATE.receives}</summary>
              <pre class="snippet" tabindex="0" aria-label=${TEMPLATE.receives}><code>${JSON.stringify(this.#drawing.receives, null, 2)}</code></pre>
            </details>`
          : nothing
      }
    </section>`;
  }

  /** What was filled in, and something where a slot must be filled. */
  #sample(): Record<string, string> {
    const must = this.#slots.flatMap(({ name, type, choices = [], required, maxLength = 200 }) => {
      if (!required || type === 'photo') return [];
      return [[name, type === 'choice' ? (choices[0] ?? '') : EXAMPLE.subject.slice(0, maxLength)]];
    });
    return { ...Object.fromEntries(must), ...this.#filled };
  }

  #value({ name, label, type, choices = [], maxLength = 200, required }: DeskSlot) {
    const id = `test-${name}`;
    const set = (event: Event): void => {
      this.#values.set(name, (event.target as HTMLInputElement).value);
      this.#expandSoon(EXPANDED_AFTER_MS);
    };
    if (type === 'photo') return html`<p class="hint"><b>${label}</b> ${TEMPLATE.noPhoto}</p>`;
    return html`<div class="field">
      <label for=${id}>${label}</label>
      ${
        type === 'choice'
          ? html`<select id=${id} @change=${set}>
              ${required && this.#values.has(name) ? nothing : html`<option value="">${TEMPLATE.choose}</option>`}
              ${choices.filter(Boolean).map((choice) => html`<option value=${choice} .selected=${choice === this.#values.get(name)}>${choice}</option>`)}
            </select>`
          : html`<input id=${id} maxlength=${maxLength} .value=${this.#values.get(name) ?? ''} @input=${set} />`
      }
    </div>`;
  }

  #result() {
    if (this.#drawProblem) return html`<p class="problem">${this.#drawProblem}</p>`;
    const drawing = this.#drawing;
    if (!drawing || this.#isDrawing) return nothing;
    const { address, costMicros, ms, model } = drawing;
    const name = this.#choices?.models.find(({ id }) => id === model)?.displayName ?? model;
    return html`${
      address
        ? html`<img src=${new URL(address).pathname + new URL(address).search} alt=${TEMPLATE.drawnAlt} />`
        : html`<p>${TEMPLATE.nothing}</p>`
    }
      <p class="small">${TEMPLATE.drawn(formatMoneyExactly(costMicros), formatWait(ms), name)}</p>`;
  }

  #versionTable() {
    const { versions } = this.#versions;
    const live = this.#liveVersion;
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
                this.#begin(template);
                this.desk.toast(TEMPLATE.broughtBack);
              }}
            >
              ${TEMPLATE.bringBack}
            </button>
          </li>`,
        )}
      </ul>
    </section>`;
  }
}

customElements.define('desk-template', TemplateEditor);
