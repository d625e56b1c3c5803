/** Who writes the prompt, and what visitors read. */
import { html, nothing } from 'lit';
import type { WallPicture } from '../../../../worker/protocol.ts';
import { ACTIONS } from '../../../run/actions.ts';
import { EDITOR, FIELDS } from '../../words/sites.ts';
import type { SiteEditing } from '../editing.ts';
import { recordField, segments, tick } from '../field.ts';
import { wordsOf } from '../problems.ts';
import { ideasAsLines, type SiteRecord, withField, withIdeas } from '../record.ts';
import { problems, warningsOf } from './problems.ts';

export function words(editor: SiteEditing) {
  const { record } = editor;
  if (!record) return nothing;
  return html`${prompt(editor, record)} ${texts(editor, record)} ${quickChanges(editor, record)}
    <div class="entry">
      <h3>${EDITOR.wall}</h3>
      ${wall(editor, record.wall ?? [])} ${problems(editor, 'wall', 'presets')}
    </div>
    ${showing(editor, record)} ${warningsOf(editor, 'words')}`;
}

/** Who writes the prompt, and how long its picture is kept. */
function prompt(editor: SiteEditing, record: SiteRecord) {
  const isTemplate = record.promptMode === 'template';
  const toTemplate = `/peel/admin/templates/${editor.site}`;
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
                    editor.replace({ ...withField(record, 'template', undefined), promptMode: 'free' });
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
    </div>`;
}

/** The examples and the notice over the prompt. */
function texts(editor: SiteEditing, record: SiteRecord) {
  return html`${
    record.promptMode === 'template'
      ? nothing
      : recordField({
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
    ${recordField({
      ...{
        name: 'notice',
        label: EDITOR.notice,
        lines: 2,
        value: record.notice ?? '',
        problem: editor.problemAt('notice'),
      },
      onInput: (typed) => editor.set('notice', typed === '' ? undefined : typed),
    })}`;
}

/** The changes that visitors make to a picture with one press. */
function quickChanges(editor: SiteEditing, record: SiteRecord) {
  const shown: readonly string[] = record.actions?.length ? record.actions : ACTIONS;
  return html`<fieldset class="actions">
      <legend>${EDITOR.actions}</legend>
      <p class="hint">${EDITOR.actionsHint}</p>
      ${Object.entries(EDITOR.actionNames).map(([action, name]) =>
        tick(`actions.${action}`, name, shown.includes(action), (on) => {
          const list = Object.keys(EDITOR.actionNames).filter((each) => (each === action ? on : shown.includes(each)));
          const isUsual = list.length === 0 || list.join() === ACTIONS.join();
          editor.set('actions', isUsual ? undefined : list);
        }),
      )}
    </fieldset>`;
}

/** Where reports go, and what visitors see beside a picture. */
function showing(editor: SiteEditing, record: SiteRecord) {
  return html`<div class="two">
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
        ? recordField({
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
    )}`;
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
