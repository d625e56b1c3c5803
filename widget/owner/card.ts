/** The owner's card: what a page shows in the composer's place while only its owner can mend it. */
import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { CHEVRON, icon } from '../icons.ts';
import { NOTES } from '../words/english/notes.ts';
import { OWNER } from '../words/english/owner.ts';
import type { Key } from '../words/keys.ts';
import { addEnglish, type Values, type Words } from '../words/words.ts';
import { baseOf, type Cause, type Diagnosis, embedAddress, isPrivate, type Place } from './diagnose.ts';

export { diagnose, thisPlace } from './diagnose.ts';
export { styles } from './styles.ts';

// A visitor reads the same of a pause as in a note.
addEnglish(NOTES);
addEnglish(OWNER);

export interface OwnerView {
  words: Words;
  diagnosis: Diagnosis;
  endpoint: string;
  site: string;
  /** Where the element's own script came from. */
  scriptOrigin: string;
  open: boolean;
  /** What became of the press on Copy. */
  copied: 'copied' | 'failed' | undefined;
  /** The facts are being asked for again. */
  isLooking: boolean;
  onToggle: (open: boolean) => void;
  onCopy: () => void;
  onLookAgain: () => void;
}

/** One thing to do. */
interface Step {
  text: Key;
  /** The exact line follows. */
  hasLine?: true;
  /** What else is to know, in quiet. */
  aside?: Key;
}

interface Advice {
  why: Key;
  steps: readonly Step[];
}

/** The site that variables alone can describe. */
const DEFAULT_SITE = 'default';

const AGAIN: Step = { text: 'ownerThenAgain' };

const ADVICE: Record<Cause, Advice> = {
  origin: {
    why: 'ownerOrigin',
    steps: [{ text: 'ownerOriginAdd', hasLine: true, aside: 'ownerOriginMore' }, AGAIN],
  },
  csp: {
    why: 'ownerPolicy',
    steps: [{ text: 'ownerPolicyAdd', hasLine: true, aside: 'ownerPolicyMore' }, { text: 'ownerThenReload' }],
  },
  key: { why: 'ownerKey', steps: [{ text: 'ownerKeyAdd', hasLine: true }, AGAIN] },
  variable: { why: 'ownerVariable', steps: [{ text: 'ownerVariableMend', hasLine: true }, AGAIN] },
  paused: { why: 'ownerPaused', steps: [{ text: 'ownerPausedResume', hasLine: true }, AGAIN] },
  'wrong-worker': { why: 'ownerWorker', steps: [{ text: 'ownerWorkerSnippet' }, AGAIN] },
  'site-name': {
    why: 'ownerSite',
    steps: [{ text: 'ownerSiteTag', hasLine: true }, AGAIN],
  },
  sandboxed: {
    why: 'ownerFrame',
    steps: [{ text: 'ownerFrameUse', hasLine: true, aside: 'ownerFrameOpen' }],
  },
  file: { why: 'ownerFile', steps: [{ text: 'ownerFileServe' }, { text: 'ownerFileAdd' }, AGAIN] },
  insecure: { why: 'ownerInsecure', steps: [{ text: 'ownerInsecureTag', hasLine: true }, AGAIN] },
  browser: { why: 'ownerBrowserTitle', steps: [] },
};

function adviceOf({ cause, directive }: Diagnosis, site: string): Advice {
  const { why, steps } = ADVICE[cause];
  // A site of another name has its list in its record alone, not in a variable.
  if (cause === 'origin' && site !== DEFAULT_SITE) return { why, steps: steps.map(({ aside: _, ...step }) => step) };
  if (!directive) return ADVICE[cause];
  return { why, steps: steps.map((step) => (step.hasLine ? { ...step, text: 'ownerPolicyAddTo' } : step)) };
}

const HEADINGS: Partial<Record<Cause, [Key, Key]>> = {
  paused: ['noteClosed', 'noteClosedText'],
  browser: ['ownerBrowserTitle', 'ownerBrowserText'],
};

const headingOf = ({ cause }: Diagnosis) => HEADINGS[cause] ?? (['ownerTitle', 'ownerText'] as const);

/** What a screen reader hears: what visitors read. */
export const spokenCard = (diagnosis: Diagnosis, words: Words): string => {
  const [title, text] = headingOf(diagnosis);
  return `${words.say(title)}. ${words.say(text)}`;
};

export function renderOwnerCard(view: OwnerView): TemplateResult {
  const { words, diagnosis, open, onToggle } = view;
  const [title, text] = headingOf(diagnosis);
  return html`
    <section part="notice" class="owner">
      <h2 class="owner-title">${words.say(title)}</h2>
      <p>${words.say(text)}</p>
      ${
        diagnosis.cause === 'browser'
          ? nothing
          : html`
            <details
              class="owner-card note-text"
              .open=${open}
              @toggle=${({ target }: Event) => onToggle((target as HTMLDetailsElement).open)}
            >
              <summary>${words.say('ownerCard')}${icon(CHEVRON)}</summary>
              <div class="owner-advice">${renderAdvice(view)}</div>
            </details>
          `
      }
    </section>
  `;
}

function renderAdvice(view: OwnerView) {
  const { words, diagnosis, site, isLooking, onLookAgain } = view;
  const { why, steps } = adviceOf(diagnosis, site);
  const says = needsReload(diagnosis) ? 'reload' : isLooking ? 'ownerLooking' : 'ownerAgain';
  return html`
    <p>${renderSentence(view, why)}</p>
    <ol class="owner-steps">${steps.map((step) => renderStep(view, step))}</ol>
    <button type="button" class="fill" aria-disabled=${isLooking ? 'true' : 'false'} @click=${() => isLooking || onLookAgain()}>
      ${words.say(says)}
    </button>
  `;
}

const renderStep = (view: OwnerView, { text, hasLine, aside }: Step) => html`
  <li>
    ${renderSentence(view, text)}
    ${hasLine ? renderLine(view) : nothing}
    ${aside ? html`<p class="small quiet">${renderSentence(view, aside)}</p>` : nothing}
  </li>
`;

/** A policy arrives with the page, so only a new page has the mended one. */
const needsReload = ({ cause }: Diagnosis): boolean => cause === 'csp';

function renderLine({ words, diagnosis, copied, onCopy }: OwnerView) {
  const says = copied === 'copied' ? 'ownerCopied' : copied === 'failed' ? 'ownerNotCopied' : 'ownerCopy';
  return html`
    <div class="owner-line">
      <code dir="ltr">${diagnosis.line}</code>
      <button type="button" class="tonal small" @click=${onCopy}>${words.say(says)}</button>
    </div>
  `;
}

/** A sentence whose `{build}`, `{embed}` or `{desk}` is a link to that page of the worker. */
function renderSentence(view: OwnerView, key: Key) {
  const [before = '', name, after = ''] = view.words.say(key, valuesOf(view)).split(LINK);
  if (!name) return before;
  const { text, address } = linksOf(view)[name as 'build' | 'embed' | 'desk'];
  const link = address
    ? html`<a class="link" dir="auto" href=${address} target="_blank" rel="noopener">${text}</a>`
    : text;
  return html`${before}${link}${after}`;
}

const LINK = /\{(build|embed|desk)\}/;

/** Where the desk has the list of a site's pages. */
const deskAddress = (base: string, site: string) => `${base}/peel/admin/sites/${site}#where`;

type Told = Pick<OwnerView, 'diagnosis' | 'endpoint' | 'site'>;

const valuesOf = ({ diagnosis, endpoint, site }: Told): Values => ({
  address: baseOf(endpoint) ?? endpoint,
  directive: diagnosis.directive ?? '',
  site,
});

function linksOf({ words, diagnosis, endpoint, scriptOrigin, site }: OwnerView) {
  const base = baseOf(endpoint);
  // The builder of the worker that this script came from: what stands at the endpoint has none.
  const builder = diagnosis.cause === 'wrong-worker' ? baseOf(scriptOrigin) : base;
  return {
    build: { text: words.say('ownerBuild'), address: builder && `${builder}/build` },
    embed: { text: words.say('ownerEmbed'), address: base && embedAddress(base, site) },
    desk: { text: deskAddress(base ?? endpoint, site), address: base && new URL(deskAddress(base, site)).href },
  };
}

/** The same advice in one line for the console, with the line to add as it is written among the variables. */
export function consoleLine(diagnosis: Diagnosis, view: Pick<OwnerView, 'words' | 'endpoint' | 'site'>): string {
  const { words, endpoint, site } = view;
  const { cause, line } = diagnosis;
  const { why, steps } = adviceOf(diagnosis, site);
  const base = baseOf(endpoint) ?? endpoint;
  const places: Record<string, string> = {
    build: '/build',
    embed: embedAddress(base, site),
    desk: deskAddress(base, site),
  };
  const say = (key: Key) =>
    words.say(key, valuesOf({ ...view, diagnosis })).replace(LINK, (_, name: string) => places[name] ?? '');
  const written = cause === 'origin' && site === DEFAULT_SITE ? `SITE_ORIGINS=${line}` : line;
  const told = steps.flatMap(({ text, hasLine, aside }) => [
    say(text),
    ...(hasLine ? [written] : []),
    ...(aside ? [say(aside)] : []),
  ]);
  return `<peel-studio> ${base}: ${[say(why), ...told].join(' ')}`;
}

/** How long "Copied" stands on the button. */
const ANSWER_MS = 2000;

/** Where the visit remembers that its visitor has opened the card. */
const OPENED = 'peel-owner';

export interface OwnerCardOptions {
  place: Place;
  /** Asks for the facts again. */
  lookAgain: () => Promise<unknown>;
  announce: (text: string) => void;
}

/** What the console of this page knows already, by whichever element. */
const told = new Set<string>();

function tellOnce(line: string) {
  if (told.has(line)) return;
  told.add(line);
  console.error(line);
}

/** An address that does not answer is the visitor's network, or the owner's typing error: the page cannot tell. */
export const tellSilence = (endpoint: string, words: Words) =>
  tellOnce(`<peel-studio> ${words.say('ownerSilent', { address: baseOf(endpoint) ?? endpoint })}`);

/** Keeps what the card shows while it is shown, and tells the console once. */
export class OwnerCard implements ReactiveController {
  #open: boolean;
  #copied: OwnerView['copied'];
  #isLooking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #host: ReactiveControllerHost;
  readonly #options: OwnerCardOptions;

  constructor(host: ReactiveControllerHost, options: OwnerCardOptions) {
    this.#host = host;
    this.#options = options;
    this.#open = isPrivate(options.place) || wasOpened();
    host.addController(this);
  }

  hostDisconnected() {
    clearTimeout(this.#timer);
    this.#copied = undefined;
  }

  render(view: Pick<OwnerView, 'words' | 'diagnosis' | 'endpoint' | 'site' | 'scriptOrigin'>): TemplateResult {
    tellOnce(consoleLine(view.diagnosis, view));
    return renderOwnerCard({
      ...view,
      open: this.#open,
      copied: this.#copied,
      isLooking: this.#isLooking,
      onToggle: (open) => {
        this.#open = open;
        if (open) rememberOpened();
      },
      onCopy: () => void this.#copy(view.diagnosis.line, view.words),
      onLookAgain: () => void this.#look(view.diagnosis),
    });
  }

  async #copy(line: string, words: Words) {
    clearTimeout(this.#timer);
    try {
      await navigator.clipboard.writeText(line);
      this.#copied = 'copied';
    } catch {
      // The page's policy or the browser forbids it: the line can be selected.
      this.#copied = 'failed';
    }
    this.#options.announce(words.say(this.#copied === 'copied' ? 'ownerCopied' : 'ownerNotCopied'));
    this.#host.requestUpdate();
    this.#timer = setTimeout(() => {
      this.#copied = undefined;
      this.#host.requestUpdate();
    }, ANSWER_MS);
  }

  async #look(diagnosis: Diagnosis) {
    if (needsReload(diagnosis)) return location.reload();
    this.#isLooking = true;
    this.#host.requestUpdate();
    try {
      await this.#options.lookAgain();
    } finally {
      this.#isLooking = false;
      this.#host.requestUpdate();
    }
  }
}

/** A sandboxed frame has no storage: reading it throws. */
function wasOpened(): boolean {
  try {
    return sessionStorage.getItem(OPENED) !== null;
  } catch {
    return false;
  }
}

function rememberOpened() {
  try {
    sessionStorage.setItem(OPENED, '1');
  } catch {
    // Without storage the card is closed again on the next page.
  }
}
