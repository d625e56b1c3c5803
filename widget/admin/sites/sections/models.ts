/** The models and sizes that visitors may choose. */
import { html, nothing } from 'lit';
import type { DeskChoices, DeskModel } from '../../../../worker/desk-protocol.ts';
import { formatPrice } from '../../parts/format.ts';
import { EDITOR, FIELDS } from '../../words/sites.ts';
import type { SiteEditing } from '../editing.ts';
import { tick } from '../field.ts';
import { modelsOf, SIZES } from '../money.ts';
import { problems, warningsOf } from './problems.ts';

export function models(editor: SiteEditing) {
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
