import { html, nothing } from 'lit';
import type { DeskVersions } from '../../../worker/desk-protocol.ts';
import { DeskPage } from '../page.ts';
import { capital, countInWords, formatMoney, formatNumber, nameOfSite } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { table } from '../parts/table.ts';
import type { ShownSite, SiteRecord } from '../sites/record.ts';
import { isRecord } from '../sites/saving.ts';
import { shortVersion } from '../templates/draft.ts';
import '../templates/editor.ts';
import type { TemplateEditor } from '../templates/editor.ts';
import { EDITOR } from '../words/sites.ts';
import { TEMPLATE, TEMPLATES } from '../words/templates.ts';

interface Row {
  id: string;
  record: SiteRecord;
  version: string;
  /** Address of its last picture in a small size. */
  thumbnail?: string;
}

/** The templates that are live, and one template's editor. A template is a part of a site's record. */
export class TemplatesPage extends DeskPage {
  static override properties = {
    ...DeskPage.properties,
    rows: { state: true },
    problem: { state: true },
  };

  declare rows: Row[] | undefined;
  declare problem: string;
  /** Sites whose visitors write freely. */
  #others: string[] = [];

  constructor() {
    super();
    this.problem = '';
  }

  get name(): string {
    return this.path[0] === undefined ? TEMPLATES.name : `${TEMPLATES.name} › ${this.path[0]}`;
  }

  get #editor(): TemplateEditor | null {
    return this.querySelector('desk-template');
  }

  get answer(): string | undefined {
    if (this.path[0] !== undefined) return this.#editor?.answer;
    if (!this.rows) return this.problem || undefined;
    const { length } = this.rows;
    return length === 0 ? TEMPLATES.none : TEMPLATES.answer(capital(countInWords(length)), length === 1);
  }

  override get more(): string | undefined {
    if (this.path[0] !== undefined) return TEMPLATE.lead;
    return TEMPLATES.what;
  }

  override get unsaved(): boolean {
    return this.#editor?.unsaved === true;
  }

  override onLoggedIn(): void {
    if (this.path[0] === undefined) void this.load();
    else if (!this.#editor?.loaded) void this.#editor?.load();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('path') && this.path[0] === undefined) void this.load();
  }

  async load(): Promise<void> {
    const { api } = this.desk;
    this.problem = '';
    try {
      const { sites } = await api.get<{ sites: ShownSite[] }>('/sites');
      const written = sites.flatMap(({ id, record }) =>
        isRecord(record) && record.promptMode === 'template' ? [{ id, record }] : [],
      );
      this.#others = sites.map(({ id }) => id).filter((id) => !written.some((row) => row.id === id));
      this.rows = await Promise.all(
        written.map(async (row): Promise<Row> => {
          const [{ live = '' }, { pictures }] = await Promise.all([
            api.get<DeskVersions>(`/sites/${row.id}/versions`),
            api.get<{ pictures: { thumbnail: string }[] }>(`/pictures?site=${row.id}&limit=1`),
          ]);
          const { thumbnail } = pictures[0] ?? {};
          return { ...row, version: live, ...(thumbnail !== undefined && { thumbnail }) };
        }),
      );
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  protected override render() {
    const [site] = this.path;
    if (site !== undefined) {
      return html`<desk-template
        .desk=${this.desk}
        .site=${site}
        @desk-editor=${() => this.requestUpdate()}
      ></desk-template>`;
    }
    if (this.problem) {
      return html`<p><button type="button" @click=${() => this.load()}>${EDITOR.again}</button></p>`;
    }
    const { rows } = this;
    if (!rows) return html`<p class="soft" aria-busy="true">—</p>`;
    return html`${rows.length > 0 ? this.#table(rows) : nothing}
      ${
        this.#others.length > 0
          ? html`<section class="panel">
              <h2>${TEMPLATES.begin}</h2>
              <p class="buttons">
                ${this.#others.map(
                  (id) =>
                    html`<a class="button" href="/peel/admin/templates/${id}" aria-label=${TEMPLATES.beginFor(nameOfSite(id))}>${nameOfSite(id)}</a>`,
                )}
              </p>
            </section>`
          : html`<p>${TEMPLATES.noSite} <a href="/peel/admin/sites?new">${TEMPLATES.toSites}</a></p>`
      }`;
  }

  #table(rows: readonly Row[]) {
    const { columns } = TEMPLATES;
    const today = (id: string): string => {
      const site = this.desk.overview?.sites.find((each) => each.site === id);
      return site ? TEMPLATES.pictures(formatNumber(site.made), formatMoney(site.day.spentMicros)) : '—';
    };
    return table<Row>({
      caption: TEMPLATES.caption,
      rows,
      keyOf: ({ id }) => id,
      columns: [
        {
          id: 'site',
          label: columns.site,
          cell: ({ id }) => html`<a href="/peel/admin/templates/${id}">${nameOfSite(id)}</a>`,
        },
        {
          id: 'version',
          label: columns.version,
          onPhone: 'first',
          cell: ({ version }) => html`<code>${shortVersion(version)}</code>`,
        },
        { id: 'pages', label: columns.pages, cell: ({ record }) => record.origins[0] ?? '—' },
        { id: 'pictures', label: columns.pictures, cell: ({ id }) => today(id) },
        {
          ...{ id: 'last', label: columns.last },
          cell: ({ thumbnail }) =>
            thumbnail
              ? html`<img class="sample" src=${thumbnail} alt=${TEMPLATES.lastPicture} width="64" height="48" loading="lazy" />`
              : html`<span class="soft">${TEMPLATES.noPicture}</span>`,
        },
      ],
    });
  }
}

customElements.define('desk-templates', TemplatesPage);
