/** The parts of one site's form. */
import { html, nothing } from 'lit';
import type { DeskChoices, DeskModel } from '../../../worker/desk-protocol.ts';
import type { WallPicture } from '../../../worker/protocol.ts';
import { formatMoney } from '../parts/format.ts';
import { EDITOR, FIELDS, MEND, SECTION_NAMES } from '../words/sites.ts';
import { labelOf } from './changes.ts';
import type { SiteEditing } from './editing.ts';
import { field, idOf, segments, tick } from './field.ts';
import { isWildcard, type Mended, mendCount, mendDollars, mendOrigin } from './mend.ts';
import { formatPrice, modelsOf, moneyWarnings, picturesSentence } from './money.ts';
import { type Section, sectionOf, wordsOf } from './problems.ts';
import { amountsOf, DEFAULTS, fieldOf, ideasAsLines, type SiteRecord, withIdeas } from './record.ts';

const SIZES = ['512', '1K', '2K', '4K'];

export const brokenNote = (editor: SiteEditing) => {
  const { shown } = editor.loaded ?? {};
  if (shown?.source === 'variables') return html`<p class="note">${EDITOR.variables}</p>`;
  if (!shown?.problems) return nothing;
  return html`<div class="note coral">
    <p><b>${EDITOR.broken}</b> ${editor.record ? '' : EDITOR.brokenAll}</p>
    <ul>
      ${shown.problems.map(
        (problem) => html`<li>
          ${wordsOf(problem, fieldOf((shown.record as object | null) ?? {}, problem.field))}
          ${editor.record ? html`<button type="button" class="link" @click=${() => editor.goTo(problem.field)}>${labelOf(problem.field)}</button>` : nothing}
        </li>`,
      )}
    </ul>
  </div>`;
};

const part = (section: Section, hint: string, content: unknown) =>
  html`<section class="part" id=${section}>
    <h2 tabindex="-1">${SECTION_NAMES[section]} <small>${hint}</small></h2>
    ${content}
  </section>`;

export function sections(editor: SiteEditing) {
  const names = Object.entries(SECTION_NAMES);
  return html`<nav class="jump" aria-label=${EDITOR.jump}>
      ${[...names, ['on-page', EDITOR.onPage]].map(([id, name]) => html`<a href="#${id}">${name}</a>`)}
    </nav>
    ${part('where', EDITOR.where, where(editor))} ${part('models', EDITOR.models, models(editor))}
    ${part('money', EDITOR.money, money(editor))} ${part('check', EDITOR.check, check(editor))}
    ${part('words', EDITOR.words, words(editor))} ${part('look', EDITOR.look, look(editor))}`;
}

/** What the worker warns of in a part, but for what the page says itself. */
const warningsOf = (editor: SiteEditing, section: Section) =>
  editor.warnings
    .filter(({ field, warning }) => sectionOf(field) === section && field !== 'proof' && !/whole month/.test(warning))
    .map(({ field, warning }) => html`<p class="sun">${labelOf(field)}: ${warning}.</p>`);

function where(editor: SiteEditing) {
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
      editor.heard++;
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

function models(editor: SiteEditing) {
  const { record } = editor;
  const choices = editor.choices as DeskChoices;
  if (!record) return nothing;
  const offered = modelsOf(record, choices).map(({ id }) => id);
  const sizes = record.sizes ?? SIZES;
  const known = SIZES.filter((size) => choices.models.some((model) => model.sizes.includes(size)));
  const first = record.defaultModel ?? offered[0];
  const offer = (id: string, isOffered: boolean): void => {
    const list = isOffered ? [...offered, id] : offered.filter((each) => each !== id);
    const isAll = editor.saved.models === undefined && list.length === choices.models.length;
    editor.set('models', isAll ? undefined : list);
    if (!isOffered && record.defaultModel === id) editor.set('defaultModel', undefined);
  };
  const offerSize = (size: string, isOffered: boolean): void => {
    const list = SIZES.filter((each) => (each === size ? isOffered : sizes.includes(each)));
    editor.set('sizes', editor.saved.sizes === undefined && list.length === SIZES.length ? undefined : list);
  };
  const cell = (model: DeskModel, size: string) => {
    if (!model.sizes.includes(size)) return html`<td class="number soft none">${EDITOR.hasNone}</td>`;
    const isOn = offered.includes(model.id) && sizes.includes(size);
    return html`<td class="number ${isOn ? '' : 'soft'}" data-size=${size}>${formatPrice(model.priceMicros[size])}</td>`;
  };
  const isTemplate = record.promptMode === 'template';
  return html`<fieldset class="actions">
      <legend>${FIELDS.sizes}</legend>
      ${known.map((size) => tick(`sizes.${size}`, size, sizes.includes(size), (on) => offerSize(size, on)))}
    </fieldset>
    <table class="models">
      <caption class="unseen">
        ${EDITOR.models}
      </caption>
      <thead>
        <tr>
          <th scope="col">${EDITOR.model}</th>
          ${known.map((size) => html`<th scope="col" class="number">${size}</th>`)}
          <th scope="col" class="nowrap">${EDITOR.first}</th>
        </tr>
      </thead>
      <tbody>
        ${choices.models.map(
          (model) => html`<tr>
            <th scope="row">
              <label
                ><input
                  type="checkbox"
                  aria-label=${EDITOR.offer(model.displayName)}
                  .checked=${offered.includes(model.id)}
                  @change=${(event: Event) => offer(model.id, (event.target as HTMLInputElement).checked)}
                />${model.displayName}</label
              >
              ${model.successor !== undefined || model.end !== undefined ? html`<span class="tag sun">${EDITOR.retiring(nameOfModel(choices, model.successor))}</span>` : nothing}
            </th>
            ${known.map((size) => cell(model, size))}
            <td class="first">
              <label
                ><input
                  type="radio"
                  name="first"
                  aria-label=${EDITOR.firstOf(model.displayName)}
                  .checked=${first === model.id}
                  ?disabled=${!offered.includes(model.id)}
                  @change=${() => editor.set('defaultModel', model.id)}
                /><span aria-hidden="true">${EDITOR.first}</span></label
              >
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
    ${problems(editor, 'models', 'sizes', 'defaultModel')}
    ${tick('grounding', EDITOR.search, record.grounding === true, (on) => editor.set('grounding', on || undefined), {
      hint: isTemplate ? EDITOR.searchTemplate : EDITOR.searchHint,
      disabled: isTemplate && !record.grounding,
      problem: editor.problemAt('grounding'),
    })}
    ${warningsOf(editor, 'models')}`;
}

const nameOfModel = ({ models }: DeskChoices, id = ''): string =>
  models.find((model) => model.id === id)?.displayName ?? id;

/** What is wrong with fields that have no line of their own. */
const problems = (editor: SiteEditing, ...fields: string[]) =>
  fields.flatMap((name) => {
    const own = editor.problemAt(name);
    const below = editor.problems.filter(({ field }) => field.startsWith(`${name}.`));
    const rules = [
      ...(own ? [own] : []),
      ...below.map((each) => wordsOf(each, editor.record && fieldOf(editor.record, each.field))),
    ];
    return rules.map((rule) => html`<p class="problem">${rule}</p>`);
  });

function amount(editor: SiteEditing, name: string, usual: number, canBeNothing = false) {
  const before = fieldOf(editor.saved, name);
  const value = editor.record && fieldOf(editor.record, name);
  const asMoney = (usd: number): string => formatMoney(Math.round(usd * 1_000_000));
  const mend = (typed: string): Mended<number | undefined> => mendDollars(typed, canBeNothing);
  const was = typeof before === 'number' ? before : usual;
  return field({
    ...{ name, label: FIELDS[name] as string, unit: '$', decimal: true },
    value: editor.typed.get(name) ?? (typeof value === 'number' ? twoDigits(value) : ''),
    placeholder: twoDigits(usual),
    hint:
      value !== before && typeof value === 'number'
        ? EDITOR.was(asMoney(was))
        : value === undefined
          ? EDITOR.usual(asMoney(usual))
          : undefined,
    problem: editor.problemAt(name),
    onInput: (typed) => editor.type(name, typed, mend, (usd) => editor.set(name, usd)),
    onLeave: (typed) => editor.leave(name, mend(typed)),
  });
}

const twoDigits = (usd: number): string => (Number.isInteger(usd * 100) ? usd.toFixed(2) : String(usd));

function count(editor: SiteEditing, name: string, least: number, most: number, unit?: string) {
  const mend = (typed: string): Mended<number | undefined> => mendCount(typed, least, most);
  return field({
    ...{
      name,
      label: FIELDS[name] as string,
      value: editor.text(name),
      placeholder: String(DEFAULTS[name]),
      decimal: true,
    },
    ...(unit && { unit }),
    problem: editor.problemAt(name),
    onInput: (typed) => editor.type(name, typed, mend, (value) => editor.set(name, value)),
    onLeave: (typed) => editor.leave(name, mend(typed)),
  });
}

const MOST = 1_000_000;

function money(editor: SiteEditing) {
  const { record, desk } = editor;
  const choices = editor.choices as DeskChoices;
  if (!record) return nothing;
  const without = amountsOf({
    ...record,
    budgets: { ...record.budgets, visitorDailyUsd: undefined, prefixDailyUsd: undefined } as SiteRecord['budgets'] &
      object,
  });
  return html`<div class="three">
      ${amount(editor, 'budgets.dailyUsd', 5)} ${amount(editor, 'budgets.monthlyUsd', 50)}
      ${amount(editor, 'budgets.prefixDailyUsd', without.range)}
    </div>
    <div class="sums">
      <p>${picturesSentence(record, choices)}</p>
      ${moneyWarnings(record, choices, desk.facts.demo).map((warning) => html`<p class="sun">${warning}</p>`)}
      ${warningsOf(editor, 'money')}
    </div>
    <div class="three">
      ${count(editor, 'limits.visitorPerMinute', 1, MOST, EDITOR.pictures)} ${count(editor, 'limits.visitorPerDay', 1, MOST, EDITOR.pictures)}
      ${count(editor, 'limits.perMinute', 1, MOST, EDITOR.pictures)}
    </div>
    <details>
      <summary>${EDITOR.further}</summary>
      <div class="three">
        ${amount(editor, 'budgets.visitorDailyUsd', without.visitor)} ${count(editor, 'limits.sessionUses', 1, MOST, EDITOR.pictures)}
        ${count(editor, 'budgets.clientsPercent', 0, 100, '%')} ${count(editor, 'budgets.deploymentPercent', 0, 100, '%')}
      </div>
    </details>`;
}

function check(editor: SiteEditing) {
  const { record, choices, today, proof } = editor;
  if (!record || !choices) return nothing;
  const outcomes = today?.proofs;
  const day = formatMoney(Math.round(amountsOf(record).day * 1_000_000));
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
    editor.heard++;
  };
  return html`<fieldset>
      <legend class="unseen">${FIELDS.proof}</legend>
      ${option('turnstile', EDITOR.turnstile)} ${option('pow', EDITOR.pow)} ${option('none', EDITOR.none)}
    </fieldset>
    ${proof === 'none' && !editor.desk.facts.demo ? tick('accepts-none', EDITOR.noneTick, editor.accepted.has('none'), accept) : nothing}
    ${problems(editor, 'proof')}
    <p class="buttons">
      <button type="button" @click=${() => editor.endPasses()}>${EDITOR.endPasses}</button>
      <span class="hint">${EDITOR.endPassesHint}</span>
    </p>
    ${tick('paused', EDITOR.lasting, record.paused === true, (on) => editor.set('paused', on || undefined))}`;
}

/** The quick changes of a site that chose none. */
const USUAL_ACTIONS = ['take', 'background', 'restyle', 'remove', 'sharper'];

function words(editor: SiteEditing) {
  const { record, site } = editor;
  if (!record) return nothing;
  const isTemplate = record.promptMode === 'template';
  const shown = record.actions?.length ? record.actions : USUAL_ACTIONS;
  const toTemplate = `/peel/admin/templates/${site}`;
  return html`<div class="two">
      <div class="entry">
        <h3>${FIELDS.promptMode}</h3>
        ${
          isTemplate || record.template
            ? segments(
                FIELDS.promptMode as string,
                { free: EDITOR.visitor, template: EDITOR.template },
                record.promptMode ?? 'free',
                (mode) => {
                  if (mode === 'free')
                    editor.replace({ ...record, promptMode: 'free', template: undefined } as unknown as SiteRecord);
                  else
                    editor.replace({
                      ...record,
                      promptMode: 'template',
                      ...(editor.saved.template && { template: editor.saved.template }),
                    });
                },
              )
            : html`<p>${EDITOR.visitor}</p>`
        }
        <p><a href=${toTemplate}>${isTemplate ? EDITOR.toTemplate : EDITOR.makeTemplate}</a></p>
        ${problems(editor, 'promptMode', 'template')}
      </div>
      <div class="entry">
        <h3>${EDITOR.kept}</h3>
        ${segments(EDITOR.kept, EDITOR.days, record.retention ?? '30d', (days) => editor.set('retention', days))}
      </div>
    </div>
    ${
      isTemplate
        ? nothing
        : field({
            ...{ name: 'ideas', label: EDITOR.ideas, hint: EDITOR.ideasHint, placeholder: EDITOR.ideasUsual, lines: 4 },
            value: editor.typed.get('ideas') ?? ideasAsLines(record.ideas),
            problem: listProblem(editor, 'ideas'),
            onInput: (typed) => {
              editor.typed.set('ideas', typed);
              editor.set('ideas', withIdeas(typed, editor.saved.ideas));
            },
            onLeave: () => editor.leave('ideas', { value: undefined }),
          })
    }
    ${field({
      ...{
        name: 'notice',
        label: EDITOR.notice,
        lines: 2,
        value: record.notice ?? '',
        problem: editor.problemAt('notice'),
      },
      onInput: (typed) => editor.set('notice', typed === '' ? undefined : typed),
    })}
    <fieldset class="actions">
      <legend>${EDITOR.actions}</legend>
      <p class="hint">${EDITOR.actionsHint}</p>
      ${Object.entries(EDITOR.actionNames).map(([action, name]) =>
        tick(`actions.${action}`, name, shown.includes(action), (on) => {
          const list = Object.keys(EDITOR.actionNames).filter((each) => (each === action ? on : shown.includes(each)));
          const isUsual = list.length === 0 || list.join() === USUAL_ACTIONS.join();
          editor.set('actions', isUsual ? undefined : list);
        }),
      )}
    </fieldset>
    <div class="entry">
      <h3>${EDITOR.wall}</h3>
      ${wall(editor, record.wall ?? [])} ${problems(editor, 'wall', 'presets')}
    </div>
    <div class="two">
      <div class="entry">
        <h3>${FIELDS.reports}</h3>
        ${segments(FIELDS.reports as string, EDITOR.reports, reportsKind(record), (kind) => editor.set('reports', kind === 'mail' ? 'mailto:' : kind))}
      </div>
      <div class="entry">
        <h3>${FIELDS.label}</h3>
        ${segments(FIELDS.label as string, EDITOR.labels, record.label ?? 'text', (label) => editor.set('label', label))}
      </div>
    </div>
    ${
      reportsKind(record) === 'mail'
        ? field({
            ...{ name: 'reports', label: EDITOR.reportsMail, value: record.reports?.slice('mailto:'.length) ?? '' },
            problem: editor.problemAt('reports'),
            onInput: (typed) => editor.set('reports', `mailto:${typed.trim()}`),
          })
        : nothing
    }
    ${tick('showPrices', EDITOR.prices, record.showPrices === true, (on) => editor.set('showPrices', on || undefined))}
    ${tick(
      'adultsDeclared',
      EDITOR.adults,
      record.adultsDeclared === true,
      (on) => editor.set('adultsDeclared', on || undefined),
      {
        hint: EDITOR.adultsHint,
        problem: editor.problemAt('adultsDeclared'),
      },
    )}
    ${warningsOf(editor, 'words')}`;
}

const reportsKind = ({ reports = 'desk' }: SiteRecord): string => (reports.startsWith('mailto:') ? 'mail' : reports);

const listProblem = (editor: SiteEditing, name: string): string | undefined => {
  const found = editor.problems.find(({ field }) => field === name || field.startsWith(`${name}.`));
  return found && wordsOf(found, undefined);
};

function wall(editor: SiteEditing, pictures: readonly WallPicture[]) {
  if (pictures.length === 0) return html`<p class="hint">${EDITOR.wallNone}</p>`;
  return html`<ul class="wall">
    ${pictures.map(
      ({ image, prompt, alt }, at) => html`<li>
        <img src=${image} alt=${alt ?? prompt} loading="lazy" width="88" height="88" />
        <span class="small">${prompt}</span>
        <button
          type="button"
          class="link"
          aria-label=${EDITOR.takeDownOf(prompt)}
          @click=${() => {
            const rest = pictures.toSpliced(at, 1);
            editor.set('wall', rest.length > 0 ? rest : undefined);
          }}
        >
          ${EDITOR.takeDown}
        </button>
      </li>`,
    )}
  </ul>`;
}

function look(editor: SiteEditing) {
  const { record } = editor;
  const one = (name: 'accent' | 'radius' | 'font', label: string) =>
    field({
      ...{ name: `look.${name}`, label, value: record?.look?.[name] ?? '', placeholder: EDITOR.asPage },
      problem: editor.problemAt(`look.${name}`),
      onInput: (typed) => editor.set(`look.${name}`, typed === '' ? undefined : typed),
    });
  const scheme = record?.look?.scheme ?? '';
  return html`<div class="four">
      ${one('accent', EDITOR.accent)} ${one('radius', EDITOR.corners)} ${one('font', EDITOR.font)}
      <div class="entry">
        <label for=${idOf('look.scheme')}>${EDITOR.scheme}</label>
        <select
          id=${idOf('look.scheme')}
          @change=${(event: Event) => editor.set('look.scheme', (event.target as HTMLSelectElement).value || undefined)}
        >
          ${Object.entries(EDITOR.schemes).map(([value, name]) => html`<option value=${value} .selected=${value === scheme}>${name}</option>`)}
        </select>
      </div>
    </div>
    <p><a href="/build#site=${editor.site}">${EDITOR.builder}</a></p>`;
}

/** The document that the API takes. */
export function jsonSection(editor: SiteEditing) {
  const { loaded, record, isJsonOpen } = editor;
  const text = editor.typed.get('json') ?? JSON.stringify(record ?? loaded?.shown.record, null, 2);
  return html`<details
    class="part json"
    ?open=${isJsonOpen}
    @toggle=${(event: Event) => {
      editor.isJsonOpen = (event.target as HTMLDetailsElement).open;
    }}
  >
    <summary>${EDITOR.json}</summary>
    ${field({
      ...{
        name: 'json',
        label: EDITOR.json,
        hint: EDITOR.jsonHint,
        lines: 18,
        value: text,
        problem: editor.problemAt('json'),
      },
      onInput: (typed) => editor.typeJson(typed),
      onLeave: () => {
        if (!editor.mends.has('json')) editor.leave('json', { value: undefined });
      },
    })}
  </details>`;
}

export const deletion = (editor: SiteEditing) =>
  html`<p class="buttons">
    ${
      editor.loaded?.shown.source === 'record'
        ? html`<button type="button" class="link danger" @click=${() => editor.delete()}>${EDITOR.delete(editor.name)}</button>
            <span class="hint">${EDITOR.deleteText}</span>`
        : html`<span class="hint">${EDITOR.noRecord}</span>`
    }
  </p>`;
