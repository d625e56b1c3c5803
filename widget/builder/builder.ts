/**
 * `/build`: the element with an owner's choices, and the snippet that puts it on a page. Open to every visitor: it shows
 * nothing that `GET /peel/site` does not. All of its state is in the fragment of its address.
 */
import { html, nothing, render } from 'lit';
import { type Draft, EMPTY, fromFragment, type Tag, tagOf, toFragment } from './draft.ts';
import { renderOptions, type Typed } from './options.ts';
import { showTag } from './show-tag.ts';
import { renderSnippet } from './snippet.ts';
import { type Ground, renderStage, SAMPLES, type Width } from './stage.ts';
import { askStanding, type Standing } from './standing.ts';
import { systemOf } from './systems.ts';
import { WORDS } from './words.ts';

/** "Copied" stays as long as it takes to read. */
const COPIED_MS = 2000;
/** Typing in the field of the site asks the worker once. */
const ASK_MS = 400;

export interface BuilderOptions {
  /** Where the page is drawn. */
  into: HTMLElement;
  /** Origin of the worker. */
  host: string;
  fetch: typeof fetch;
}

/** Draws the page and keeps it in step with its address. @returns Takes the page away. */
export function startBuilder({ into, host, fetch }: BuilderOptions): () => void {
  const wide = matchMedia('(min-width: 60rem)');
  const studio = document.createElement('peel-studio');
  let draft: Draft = EMPTY;
  let shown: Tag | undefined;
  let typed: Typed = { colour: '', ideas: '', site: '' };
  let system = systemOf(null);
  let standing: Standing = { kind: 'asking' };
  let width: Width = 'wide';
  let ground: Ground = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  let copied: { id: string; byHand: boolean } | undefined;
  let copiedTimer = 0;
  let askTimer = 0;
  let asking = new AbortController();

  function draw(): void {
    const tag = tagOf(draft);
    const shared = { draft, host, standing, copied, onCopy };
    const options = html`
      <form class="options" @submit=${(event: Event) => event.preventDefault()}>
        <div>${renderOptions({ ...shared, typed, ground: SAMPLES[ground], onDraft: change, onTyped })}</div>
      </form>
    `;
    showTag(studio, tag, shown);
    shown = tag;
    // The options stand first where they are beside the element, and last on a phone: so does the order of the keyboard.
    render(
      html`
        ${wide.matches ? options : nothing}
        <main>
          ${renderStage({ ...shared, width, ground, studio, onWidth, onGround, onAgain: ask })}
          ${renderSnippet({ ...shared, tag, system, withTurnstile: isTurnstile(standing), onSystem })}
        </main>
        ${wide.matches ? nothing : options}
        <p class="visually-hidden" role="status">${copied && (copied.byHand ? WORDS.copyByHand : WORDS.copied)}</p>
      `,
      into,
    );
  }

  function change(part: Partial<Draft>): void {
    const { site } = draft;
    draft = { ...draft, ...part };
    writeAddress();
    draw();
    if (draft.site === site) return;
    clearTimeout(askTimer);
    askTimer = window.setTimeout(ask, ASK_MS);
  }

  function onTyped(part: Partial<Typed>): void {
    typed = { ...typed, ...part };
    draw();
  }

  function onSystem(id: string): void {
    system = systemOf(id);
    writeAddress();
    draw();
  }

  function onWidth(chosen: Width): void {
    width = chosen;
    draw();
  }

  function onGround(chosen: Ground): void {
    ground = chosen;
    draw();
  }

  function writeAddress(): void {
    const fields = new URLSearchParams(toFragment(draft));
    if (system.id !== 'html') fields.set('in', system.id);
    const fragment = fields.toString();
    history.replaceState(null, '', fragment ? `#${fragment}` : location.pathname + location.search);
  }

  /** A link may be opened in this tab, and "back" leads to an earlier draft. */
  function readAddress(): void {
    const { site } = draft;
    draft = fromFragment(location.hash);
    typed = {
      colour: draft.accent,
      ideas: draft.ideas.join('\n'),
      site: draft.site === EMPTY.site ? '' : draft.site,
    };
    system = systemOf(new URLSearchParams(location.hash.slice(1)).get('in'));
    draw();
    if (draft.site !== site) void ask();
  }

  async function ask(): Promise<void> {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await askStanding(draft.site, fetch, signal);
      // The answer to an earlier question may be the later one.
      if (signal.aborted) return;
      standing = answer;
      draw();
    } catch (cause) {
      if (!signal.aborted) throw cause;
    }
  }

  async function onCopy(id: string, text: string): Promise<void> {
    clearTimeout(copiedTimer);
    const byHand = await navigator.clipboard.writeText(text).then(
      () => false,
      () => select(id),
    );
    copied = { id, byHand };
    draw();
    copiedTimer = window.setTimeout(() => {
      copied = undefined;
      draw();
    }, COPIED_MS);
  }

  /** Where the browser does not let a page copy, the text is chosen and the visitor's keyboard does. */
  function select(id: string): true {
    const code = into.querySelector(`#${id}`);
    if (code) getSelection()?.selectAllChildren(code);
    return true;
  }

  wide.addEventListener('change', draw);
  addEventListener('hashchange', readAddress);
  readAddress();
  void ask();

  return () => {
    wide.removeEventListener('change', draw);
    removeEventListener('hashchange', readAddress);
    clearTimeout(copiedTimer);
    clearTimeout(askTimer);
    asking.abort();
    render(nothing, into);
  };
}

const isTurnstile = (standing: Standing): boolean =>
  standing.kind === 'ready' && standing.facts.proof.kind === 'turnstile';
