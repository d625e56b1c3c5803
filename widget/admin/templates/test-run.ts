/** A test run of what is not published: what is filled in, what it costs and what came of it. */
import { html, nothing } from 'lit';
import type { DeskDrawing, DeskSlot, DeskTemplate } from '../../../worker/desk-protocol.ts';
import { formatMoneyExactly, formatPrice, formatWait } from '../parts/format.ts';
import { problemOf } from '../parts/problem.ts';
import { select } from '../sites/field.ts';
import { modelsOf, sizesOf } from '../sites/money.ts';
import { TEMPLATE } from '../words/templates.ts';
import { problemsOf } from './draft.ts';
import { EXPANDED_AFTER_MS, type TemplateEditing } from './editing.ts';

export function testRun(editor: TemplateEditing) {
  const { choices, record } = editor;
  if (!choices || !record) return nothing;
  const { model, size } = editor.chosen(record, choices);
  const options = modelsOf(record, choices).flatMap((each) =>
    sizesOf(record, each).map((one) => [`${each.id} ${one}`, `${each.displayName}, ${one}`] as const),
  );
  const about = model && size ? model.priceMicros[size] : undefined;
  const worst = editor.expansion?.worstMicros;
  const first = editor.slots.find(({ type }) => type === 'text');
  return html`<section class="panel" aria-labelledby="test-title">
    <h2 id="test-title">${TEMPLATE.test} <small class="soft">${TEMPLATE.testOf(editor.unsaved ? undefined : editor.liveVersion)}</small></h2>
    ${editor.slots.map((slot) => slotValue(editor, slot))}
    <div class="field">
      <label for="test-model">${TEMPLATE.model}</label>
      ${select(
        options,
        `${model?.id} ${size}`,
        (chosen) => {
          [editor.modelId = '', editor.sizeName = ''] = chosen.split(' ');
          editor.expandSoon(0);
          editor.requestUpdate();
        },
        'test-model',
      )}
    </div>
    ${editor.expansionProblem && problemsOf(editor.draft as DeskTemplate).size === 0 ? html`<p class="problem">${editor.expansionProblem}</p>` : nothing}
    <p class="hint">${TEMPLATE.cost(formatPrice(about), worst === undefined ? undefined : formatPrice(worst))}</p>
    <button type="button" class="primary" aria-disabled=${editor.isDrawing ? 'true' : nothing} @click=${() => draw(editor)}>
      ${editor.isDrawing ? TEMPLATE.drawing : TEMPLATE.draw}
    </button>
    <div class="drawing" role="status">${result(editor)}</div>
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
                    @click=${() => draw(editor, { ...editor.sample(), [first.name]: words.slice(0, first.maxLength ?? 200) })}
                  >
                    ${name}
                  </button>`,
              )}
            </p>`
        : nothing
    }
    ${
      editor.expansion
        ? html`<details>
            <summary>${TEMPLATE.goesUp}</summary>
            <ul class="small words">
              ${editor.expansion.parts.map((part) => html`<li>${'text' in part ? part.text : part.of === 'template' ? TEMPLATE.ownPicture : TEMPLATE.photo}</li>`)}
              ${editor.expansion.systemInstruction ? html`<li class="soft">${editor.expansion.systemInstruction}</li>` : nothing}
            </ul>
          </details>`
        : nothing
    }
    ${
      editor.drawing
        ? html`<details>
            <summary>${TEMPLATE.receives}</summary>
            <pre class="snippet" tabindex="0" aria-label=${TEMPLATE.receives}><code>${JSON.stringify(editor.drawing.receives, null, 2)}</code></pre>
          </details>`
        : nothing
    }
  </section>`;
}

function slotValue(editor: TemplateEditing, { name, label, type, choices = [], maxLength = 200, required }: DeskSlot) {
  const id = `test-${name}`;
  const set = (event: Event): void => {
    editor.values.set(name, (event.target as HTMLInputElement).value);
    editor.expandSoon(EXPANDED_AFTER_MS);
  };
  if (type === 'photo') return html`<p class="hint">${TEMPLATE.noPhoto(label)}</p>`;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${
      type === 'choice'
        ? html`<select id=${id} @change=${set}>
            ${required && editor.values.has(name) ? nothing : html`<option value="">${TEMPLATE.choose}</option>`}
            ${choices.filter(Boolean).map((choice) => html`<option value=${choice} .selected=${choice === editor.values.get(name)}>${choice}</option>`)}
          </select>`
        : html`<input id=${id} maxlength=${maxLength} .value=${editor.values.get(name) ?? ''} @input=${set} />`
    }
  </div>`;
}

function result(editor: TemplateEditing) {
  if (editor.drawProblem) return html`<p class="problem">${editor.drawProblem}</p>`;
  const drawing = editor.drawing;
  if (!drawing || editor.isDrawing) return nothing;
  const { address, costMicros, ms, model } = drawing;
  const name = editor.choices?.models.find(({ id }) => id === model)?.displayName ?? model;
  return html`${
    address
      ? html`<img src=${new URL(address).pathname + new URL(address).search} alt=${TEMPLATE.drawnAlt} />`
      : html`<p>${TEMPLATE.nothing}</p>`
  }
    <p class="small">${TEMPLATE.drawn(formatMoneyExactly(costMicros), formatWait(ms), name)}</p>`;
}

export async function draw(editor: TemplateEditing, values = editor.filled): Promise<void> {
  const { choices, record } = editor;
  if (editor.isDrawing || !choices || !record || !(await editor.isMended())) return;
  const empty = editor.slots.find(({ name, type, required }) => required && type !== 'photo' && !values[name]);
  if (empty) {
    editor.drawProblem = TEMPLATE.fill(empty.label);
    editor.requestUpdate();
    return editor.querySelector<HTMLElement>(`#test-${empty.name}`)?.focus();
  }
  const { model, size } = editor.chosen(record, choices);
  editor.isDrawing = true;
  editor.drawProblem = '';
  editor.requestUpdate();
  try {
    editor.drawing = await editor.desk.api.send<DeskDrawing>('POST', `/sites/${editor.site}/draw`, {
      ...(model && { model: model.id }),
      record,
      request: {
        contents: [{ role: 'user', parts: [{ peelTemplate: { slots: values } }] }],
        ...(size && { generationConfig: { imageConfig: { imageSize: size } } }),
      },
    });
    editor.drawn = JSON.stringify(record.template);
    editor.desk.refresh();
  } catch (error) {
    editor.drawProblem = problemOf(error);
  } finally {
    editor.isDrawing = false;
    editor.requestUpdate();
  }
}
