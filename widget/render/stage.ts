import { html, nothing } from 'lit';
import { type NoticeView, usualText } from '../describe.ts';
import { type Generation, isWorking, type Order, type Result } from '../generation.ts';
import { headlineOf } from '../headline.ts';
import { downloadAddress } from '../picture.ts';
import { parseRatio } from '../ratios.ts';
import { paceOf } from '../timing.ts';
import type { Words } from '../words.ts';

export interface StageView {
  words: Words;
  state: Generation;
  result: Result | undefined;
  /** A limit lasts: buttons that request a picture stay focusable and do nothing. */
  waiting: boolean;
  /** The last order. */
  order: Order | undefined;
  notice: NoticeView | undefined;
  /** `auto` or a ratio: the shape on the empty stage. */
  aspectRatio: string;
  /** Unix milliseconds. */
  now: number;
  showDownload: boolean;
  showCopy: boolean;
  onRetry(): void;
  /** Requests another take of the shown picture or of the last failure. */
  onTake(order: Order | undefined): void;
  onDismiss(): void;
  onDownload(event: MouseEvent): void;
  onCopy(): void;
}

/** The ratio that models usually draw for `auto`. */
const AUTO_RATIO = 3 / 2;

/** The stage never changes its size: shape, picture and notices fit inside. */
export function renderStage(view: StageView) {
  const { words, state, result, notice } = view;
  const working = isWorking(state);
  return html`
    <section part="stage" class="stage" aria-label=${words.result} aria-busy=${working ? 'true' : 'false'}>
      <div class="viewport">
        ${result && !working ? renderPicture(view, result) : renderPlaceholder(view)}
        ${state.status === 'previewing' ? renderThought(words, state.thought) : nothing}
        ${notice ? renderNotice(view, notice) : nothing}
      </div>
      ${renderBar(view)}
    </section>
  `;
}

function renderPlaceholder({ words, state, aspectRatio }: StageView) {
  const working = isWorking(state);
  const asked = (working && state.order?.settings.aspectRatio) || aspectRatio;
  const { width, height } = parseRatio(asked);
  const ratio = asked === 'auto' ? AUTO_RATIO : width / height;
  return html`
    <div part="placeholder" class="placeholder ${working ? 'working' : ''}" .style=${`--_ratio: ${ratio}`}>
      ${working ? nothing : html`<slot name="empty"><p>${words.empty}</p>${asked === 'auto' ? nothing : html`<p>${asked}</p>`}</slot>`}
    </div>
  `;
}

function renderPicture({ words }: StageView, { url, width, height, text, order }: Result) {
  return html`
    <figure part="figure" class="figure" id="result" tabindex="-1" .style=${`--_ratio: ${width / height}`}>
      <img part="image" src=${url} width=${width} height=${height} alt=${text || words.alt(order.prompt)} />
      <span part="badge" class="badge">${words.badge}</span>
    </figure>
  `;
}

/** The model's thoughts as text: a headline, and the whole on demand. */
function renderThought(words: Words, thought: string) {
  return html`
    <details class="thought">
      <summary><span class="quiet">${words.preview}:</span> <bdi>${headlineOf(thought)}</bdi></summary>
      <p dir="auto">${thought.replaceAll('**', '')}</p>
    </details>
  `;
}

function renderNotice({ words, order, onRetry, onTake, onDismiss }: StageView, notice: NoticeView) {
  const { title, text, quote, cost, countdown, requestId, actions, tone } = notice;
  const act = { retry: onRetry, take: () => onTake(order) };
  return html`
    <div part="notice" class="notice ${tone}">
      <div class="words">
        ${title ? html`<p class="title">${title}</p>` : nothing}
        <p>${text} ${cost}</p>
        ${quote ? html`<p>${words.modelSaid} <q dir="auto">${quote}</q></p>` : nothing}
        ${countdown ? html`<p class="countdown">${countdown}</p>` : nothing}
        ${requestId ? html`<p class="quiet">${words.requestId} <code>${requestId}</code></p>` : nothing}
      </div>
      <div class="choices">
        ${actions.map((action) => html`<button type="button" part="action" class="action" @click=${act[action]}>${words[action]}</button>`)}
        ${countdown ? nothing : html`<button type="button" class="action plain" @click=${onDismiss}>${words.dismiss}</button>`}
      </div>
    </div>
  `;
}

function renderBar(view: StageView) {
  const { state, result, words } = view;
  if (isWorking(state))
    return renderProgress(view, state.startedAt, state.order?.settings.expectedMs, state.phase === 'opening');
  if (!result) return html`<div class="bar"><p class="quiet">${words.disclosure}</p></div>`;
  return html`
    <div class="bar">
      <p part="caption" class="caption">${captionOf(words, result)}</p>
      ${renderActions(view, result)}
    </div>
  `;
}

function captionOf(words: Words, { width, height, elapsedMs, cached, order }: Result): string {
  const { model, size, aspectRatio } = order.settings;
  const asked = aspectRatio === 'auto' ? words.sizeName(size) : `${words.sizeName(size)}, ${aspectRatio}`;
  const took = cached ? words.fromBefore : words.took(Math.max(1, Math.round(elapsedMs / 1000)));
  return `${words.pixels(width, height)} (${asked}) · ${model.displayName} · ${took}`;
}

function renderProgress(
  { words, now }: StageView,
  startedAt: number,
  expectedMs: number | undefined,
  opening: boolean,
) {
  const elapsedMs = Math.max(0, now - startedAt);
  const pace = paceOf(elapsedMs, expectedMs);
  const remark = opening ? words.opening : pace === 'usual' ? '' : words[pace];
  // The bar never reaches its end, because an estimate must not look like a measurement.
  const share = expectedMs ? 1 - Math.exp((-1.6 * elapsedMs) / expectedMs) : 0;
  return html`
    <div class="bar">
      <div part="progress" class="progress ${expectedMs ? '' : 'endless'}" role="progressbar" aria-label=${words.started(undefined)}>
        <div part="progress-bar" .style=${`--_share: ${share.toFixed(3)}`}></div>
      </div>
      <p><span part="elapsed">${words.elapsed(Math.floor(elapsedMs / 1000), usualText(words, expectedMs))}</span> ${remark}</p>
    </div>
  `;
}

function renderActions(
  { words, waiting, showDownload, showCopy, onDownload, onTake, onCopy }: StageView,
  { url, order }: Result,
) {
  return html`
    <div part="actions" class="actions">
      ${
        showDownload
          ? html`<a part="action" class="action" href=${downloadAddress(url)} download @click=${onDownload}>${words.download}</a>`
          : nothing
      }
      <button type="button" part="action" class="action" aria-disabled=${waiting ? 'true' : 'false'} @click=${() => onTake(order)}>${words.take}</button>
      ${showCopy ? html`<button type="button" part="action" class="action" @click=${onCopy}>${words.copy}</button>` : nothing}
      <slot name="result-actions"></slot>
    </div>
  `;
}
