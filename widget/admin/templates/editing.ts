/** A template while its owner changes it: its draft, its pictures and versions, and what would go up. */
import type { DeskChoices, DeskDrawing, DeskSlot, DeskTemplate, DeskVersions } from '../../../worker/desk-protocol.ts';
import { Refusal } from '../api.ts';
import { nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { RecordEditor } from '../parts/record-editor.ts';
import { idOf } from '../sites/field.ts';
import { defaultModelOf, modelsOf, sizesOf, usualSize } from '../sites/money.ts';
import type { SiteRecord } from '../sites/record.ts';
import { loadSite } from '../sites/saving.ts';
import { EDITOR } from '../words/sites.ts';
import { EXAMPLE, TEMPLATE } from '../words/templates.ts';
import { example, problemsOf, shortVersion } from './draft.ts';

export interface KeptPicture {
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
export const EXPANDED_AFTER_MS = 700;

/** All that the page of a template knows and does; how it looks is in its element. */
export abstract class TemplateEditing extends RecordEditor {
  static override properties = { ...RecordEditor.properties, draft: { state: true } };

  declare draft: DeskTemplate | undefined;
  choices: DeskChoices | undefined;
  versions: DeskVersions = { versions: [] };
  kept: KeptPicture[] = [];
  /** Previews of pictures that were sent from this window. */
  readonly previews = new Map<string, string>();
  readonly values = new Map<string, string>();
  modelId = '';
  sizeName = '';
  expansion: Expansion | undefined;
  expansionProblem = '';
  drawing: DeskDrawing | undefined;
  /** What the last drawing was made of. */
  drawn = '';
  isDrawing = false;
  drawProblem = '';
  isPublishing = false;
  publishProblem = '';
  hasTried = false;
  compares = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    for (const address of this.previews.values()) URL.revokeObjectURL(address);
    this.previews.clear();
  }

  get live(): DeskTemplate | undefined {
    const { record } = this.loaded ?? {};
    return record?.promptMode === 'template' ? record.template : undefined;
  }

  get liveVersion(): string | undefined {
    const { live } = this.versions;
    return live === undefined ? undefined : shortVersion(live);
  }

  get unsaved(): boolean {
    const { draft } = this;
    if (!draft || !this.loaded) return false;
    return JSON.stringify(draft) !== JSON.stringify(this.live ?? example());
  }

  get answer(): string | undefined {
    if (this.loadProblem) return this.loadProblem;
    if (!this.loaded) return undefined;
    const name = nameOfSite(this.site);
    const version = this.liveVersion;
    return this.unsaved || version === undefined ? TEMPLATE.draft(version, name) : TEMPLATE.live(version, name);
  }

  async load(): Promise<void> {
    const { site } = this;
    const { api } = this.desk;
    this.loadProblem = '';
    try {
      const [loaded, choices, versions, { pictures }] = await Promise.all([
        loadSite(api, site),
        api.get<DeskChoices>('/choices'),
        api.get<DeskVersions>(`/sites/${site}/versions`),
        api.get<{ pictures: KeptPicture[] }>(`/sites/${site}/pictures`),
      ]);
      if (site !== this.site) return;
      if (!loaded.record) {
        this.loadProblem = EDITOR.broken;
        return;
      }
      this.choices = choices;
      this.versions = versions;
      this.kept = pictures;
      this.loaded = loaded;
      this.begin(this.live ?? example());
    } catch (error) {
      const isUnknown = error instanceof Refusal && error.reason === 'SITE_UNKNOWN';
      this.loadProblem = isUnknown ? EDITOR.unknown(site) : problemOf(error);
    }
  }

  begin(draft: DeskTemplate): void {
    this.draft = draft;
    this.hasTried = false;
    this.publishProblem = '';
    this.expandSoon(0);
  }

  set(change: Partial<DeskTemplate>): void {
    if (!this.draft) return;
    this.draft = { ...this.draft, ...change };
    this.publishProblem = '';
    this.expandSoon(EXPANDED_AFTER_MS);
  }

  get slots(): DeskSlot[] {
    return this.draft?.slots ?? [];
  }

  /** The site's record with the draft in it. undefined: not loaded yet. */
  get record(): SiteRecord | undefined {
    const { draft, loaded } = this;
    if (!loaded?.record || !draft) return undefined;
    // What a model searches for would tell of the template.
    const { grounding: _, ...rules } = loaded.record;
    return { ...rules, promptMode: 'template', template: draft };
  }

  get filled(): Record<string, string> {
    return Object.fromEntries(
      this.slots.flatMap(({ name, type }) => {
        const value = this.values.get(name) ?? '';
        return type === 'photo' || value === '' ? [] : [[name, value]];
      }),
    );
  }

  expandSoon(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#expand(), afterMs);
  }

  /** Asks what goes up and the most that it can cost. */
  async #expand(): Promise<void> {
    const { choices, record } = this;
    if (!choices || !record || !this.isConnected) return;
    const asked = ++this.#asked;
    const { model } = this.chosen(record, choices);
    try {
      const body = { slots: this.sample(), record, ...(model && { model: model.id }) };
      const expansion = await this.desk.api.send<Expansion>('POST', `/sites/${this.site}/test`, body);
      if (asked !== this.#asked) return;
      this.expansion = expansion;
      this.expansionProblem = '';
    } catch (error) {
      if (asked !== this.#asked) return;
      this.expansion = undefined;
      this.expansionProblem = problemOf(error);
    }
    this.requestUpdate();
  }

  /** Model and size of the test run. */
  chosen(record: SiteRecord, choices: DeskChoices) {
    const model = modelsOf(record, choices).find(({ id }) => id === this.modelId) ?? defaultModelOf(record, choices);
    const sizes = sizesOf(record, model);
    const size = sizes.includes(this.sizeName) ? this.sizeName : usualSize(sizes);
    return { model, size };
  }

  /** @returns false where something is to be mended, which then has the focus. */
  async isMended(): Promise<boolean> {
    const [first] = problemsOf(this.draft as DeskTemplate);
    this.hasTried = true;
    this.requestUpdate();
    if (!first) return true;
    await this.updateComplete;
    this.querySelector<HTMLElement>(`#${idOf(`template.${first[0]}`)}`)?.focus();
    return false;
  }

  /** What was filled in, and something where a slot must be filled. */
  sample(): Record<string, string> {
    const must = this.slots.flatMap(({ name, type, choices = [], required, maxLength = 200 }) => {
      if (!required || type === 'photo') return [];
      return [[name, type === 'choice' ? (choices[0] ?? '') : EXAMPLE.subject.slice(0, maxLength)]];
    });
    return { ...Object.fromEntries(must), ...this.filled };
  }
}
