/** More about a picture, below its caption: what it was made of, what was said on the way, and where facts came from. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Source } from '../api/model.ts';
import type { Result } from '../model.ts';
import { nameOfShape } from '../settings/ratios.ts';
import { DETAILS } from '../words/english/details.ts';
import { addEnglish, type Words } from '../words/words.ts';

addEnglish(DETAILS);

export interface DetailsView {
  words: Words;
  result: Result;
  /** Number of the version, where there are several. */
  version?: number | undefined;
  /** Number of the version that it changed. */
  changedFrom?: number | undefined;
  /** The visitor has written another alternative text. */
  onAlt: (alt: string) => void;
}

/** Longest alternative text. Screen readers read it in one go. */
const MAX_ALT = 500;

export function renderDetails(view: DetailsView): TemplateResult {
  const { words, result, onAlt } = view;
  const onChange = ({ target }: Event) => onAlt((target as HTMLTextAreaElement).value.trim());
  return html`
    <div part="caption" class="details small">
      <dl>
        ${factsOf(view).map(([name, value]) => html`<div><dt class="quiet">${name}</dt><dd>${value}</dd></div>`)}
      </dl>
      ${renderWords(words.say('ideasOnTheWay'), result.thoughts.replaceAll('**', ''))}
      ${renderWords(words.say('answered'), result.text)}
      <p class="quiet">${words.say('invisibleMark')}</p>
      <label class="alt">
        <span>${words.say('altText')}</span>
        <textarea rows="2" dir="auto" maxlength=${MAX_ALT} .value=${result.alt} @change=${onChange}></textarea>
      </label>
      ${renderSources(words, result)}
    </div>
  `;
}

/** Names and values, the figures as the language writes them. */
function factsOf({ words, result, version, changedFrom }: DetailsView): [string, unknown][] {
  const { order, width, height, elapsedMs, cached } = result;
  const { model, aspectRatio, size } = order.settings;
  const figures = new Intl.NumberFormat(words.lang, { useGrouping: false });
  const shape = nameOfShape(aspectRatio);
  const asked = [shape && words.say(shape), aspectRatio !== 'auto' && aspectRatio, size].filter(Boolean);
  const facts: [string, unknown][] = [
    [words.say('asked'), asked.join(' · ')],
    [words.say('delivered'), html`<bdi>${figures.format(width)} × ${figures.format(height)}</bdi>`],
    [words.say('madeBy'), html`<bdi>${model.displayName}</bdi> <code class="quiet" dir="ltr">${model.id}</code>`],
    [
      words.say('took'),
      words.say(cached ? 'hereAlready' : 'seconds', { n: Math.max(1, Math.round(elapsedMs / 1000)) }),
    ],
  ];
  if (version === undefined) return facts;
  const text =
    changedFrom === undefined ? words.number(version) : words.say('versionFrom', { n: version, parent: changedFrom });
  return [...facts, [words.say('version'), text]];
}

/** The model's own words. Text, never markup. */
const renderWords = (title: string, text: string) =>
  text.trim() === ''
    ? nothing
    : html`
      <details>
        <summary>${title}</summary>
        <div class="said"><p dir="auto">${text.trim().replace(/\n{2,}/g, '\n')}</p></div>
      </details>
    `;

/**
 * The pages that were looked up, and Google's suggestion, which has to be shown with a picture that searches stand
 * behind. Nothing without a search.
 */
export function renderSources(words: Words, result: Result): TemplateResult | typeof nothing {
  const sources = result.sources.filter(({ url }) => isWeb(url));
  const suggestionUrl = suggestionOf(result);
  const { queries } = result;
  if (sources.length === 0 && queries.length === 0 && suggestionUrl === undefined) return nothing;
  return html`
    <section part="sources" class="sources small">
      ${
        sources.length > 0
          ? html`<h3>${words.say('sources', { n: sources.length })}</h3><ul>${sources.map(renderSource)}</ul>`
          : nothing
      }
      ${
        queries.length > 0
          ? html`
            <h3>${words.say('queries')}</h3>
            <ul>${queries.map((query) => html`<li><bdi>${query}</bdi></li>`)}</ul>
          `
          : nothing
      }
      ${
        suggestionUrl === undefined
          ? nothing
          : html`
            <iframe
              class="suggestion"
              sandbox="allow-popups allow-popups-to-escape-sandbox"
              referrerpolicy="no-referrer"
              lang=${words.lang}
              title=${words.say('suggestion')}
              src=${suggestionUrl}
            ></iframe>
          `
      }
    </section>
  `;
}

function renderSource({ url, title }: Source) {
  const { host } = new URL(url);
  return html`
    <li part="source">
      <a class="link" href=${url} target="_blank" rel="noopener noreferrer nofollow"><bdi>${title || host}</bdi></a>
      ${title && title !== host ? html`<span class="quiet" dir="ltr">${host}</span>` : nothing}
    </li>
  `;
}

/** An answer names any address it likes. Only web pages become links: `javascript:` would run in the page. */
const isWeb = (url: string): boolean => /^https?:/i.test(url) && URL.canParse(url);

/** Only from where the picture is: a page may hand in a session of its own making. */
function suggestionOf({ url, suggestionUrl }: Result): string | undefined {
  const suggestion = suggestionUrl ? addressOf(suggestionUrl) : undefined;
  return suggestion && isWeb(suggestion.href) && suggestion.origin === addressOf(url)?.origin
    ? suggestion.href
    : undefined;
}

const addressOf = (url: string): URL | undefined =>
  URL.canParse(url, document.baseURI) ? new URL(url, document.baseURI) : undefined;

export const styles = css`
  .details {
    margin-block-start: 0.45em;
    overflow-wrap: anywhere;
  }
  .details dl {
    margin: 0;
  }
  .details dl > div {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.6em;
    padding-block: 0.15em;
  }
  .details :is(dt, dd) {
    unicode-bidi: plaintext;
  }
  .details dt {
    flex: none;
    min-inline-size: 5.5em;
  }
  .details dd {
    flex: 1 1 8em;
    min-inline-size: 0;
    margin: 0;
  }
  .details code {
    display: block;
    font-family: var(--_mono);
  }
  .details > :not(dl) {
    margin-block-start: 0.45em;
  }
  .details summary {
    min-block-size: max(1.75em, 24px);
    align-content: center;
  }
  .details .said {
    padding-inline-start: 0.9em;
    border-inline-start: 2px solid var(--_line);
    white-space: pre-line;
  }
  .alt {
    display: block;
  }
  .alt textarea {
    display: block;
    inline-size: 100%;
    padding: 0.5em 0.7em;
    margin-block-start: 0.25em;
    border-color: var(--_edge);
    resize: vertical;
  }
  .sources h3 {
    margin-block: 0.6em 0.15em;
  }
  .sources li {
    padding-block: 0.15em;
  }
  .sources .link {
    display: inline-flex;
    align-items: center;
  }
  /* Google's row of chips. The height is there before they are. */
  .suggestion {
    display: block;
    inline-size: 100%;
    block-size: 76px;
    margin-block-start: 0.6em;
    border: 0;
    border-radius: var(--_radius-small);
  }
  @media (pointer: coarse) {
    .details summary,
    .sources .link {
      min-block-size: 44px;
    }
  }
`;
