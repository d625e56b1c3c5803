/** The page frame with the real element in it, and what must be known about it. */
import { html, nothing } from 'lit';
import { type Copying, codeRow, deskLink, prose, segments } from './controls.ts';
import type { Draft } from './draft.ts';
import type { Sample } from './options.ts';
import { readPageAddress } from './page-address.ts';
import type { Standing } from './standing.ts';
import { fill, WORDS } from './words.ts';

const WIDTHS = ['wide', 'column', 'phone'] as const;
export type Width = (typeof WIDTHS)[number];
const GROUNDS = ['light', 'dark'] as const;
export type Ground = (typeof GROUNDS)[number];

/** The sample page, as in `builder.css`. */
export const SAMPLES: Readonly<Record<Ground, Sample>> = {
  light: { ink: '#16242b', paper: '#fffdf9' },
  dark: { ink: '#eef0ea', paper: '#191f23' },
};

export interface StageView extends Copying {
  draft: Draft;
  standing: Standing;
  host: string;
  width: Width;
  ground: Ground;
  /** The element itself. It is moved nowhere and never made anew, so that its pictures stay. */
  studio: Element;
  onWidth: (width: Width) => void;
  onGround: (ground: Ground) => void;
  onAgain: () => void;
}

export const renderStage = (view: StageView) => html`
  <header class="answer">
    <div>
      <p class="hint">${WORDS.page}</p>
      <h1>${WORDS.answer}</h1>
    </div>
    <div class="switches">
      ${segments('width', WORDS.width, WIDTHS, WORDS, view.width, view.onWidth)}
      ${segments('ground', WORDS.ground, GROUNDS, WORDS, view.ground, view.onGround)}
    </div>
  </header>
  <div role="status">${renderNotes(view)}</div>
  <section class="frame" aria-label=${WORDS.frame}>
    <p class="bar"><span dir="ltr">${nameOf(view.draft.page)}</span> ${renderDraws(view.standing)}</p>
    <div class=${`sheet ${view.width} ${view.ground}`}>
      <div class="column">
        <h2>${WORDS.heading}</h2>
        <p class="lead">${WORDS.lead}</p>
        <form @submit=${(event: Event) => event.preventDefault()}>${view.studio}</form>
      </div>
    </div>
  </section>
`;

function nameOf(page: string): string {
  const address = readPageAddress(page);
  return address.kind === 'origin' ? address.origin.replace(/^https?:\/\//, '') : WORDS.anyPage;
}

const renderDraws = (standing: Standing) =>
  standing.kind === 'ready' ? html`<span>${WORDS.draws[standing.pays]}</span>` : nothing;

/** In plain words, before the element itself can say it. */
function renderNotes({ standing, draft: { site }, host, onAgain, ...copying }: StageView) {
  const again = html`<button type="button" @click=${onAgain}>${WORDS.again}</button>`;
  switch (standing.kind) {
    case 'asking':
      return nothing;
    case 'ready':
      return [
        standing.facts.paused ? note(WORDS.paused, again) : nothing,
        standing.pays === 'demo' ? html`<p class="note quiet">${prose(WORDS.demo)}</p>` : nothing,
      ];
    case 'denied':
      return note(fill(WORDS.denied, { site }), codeRow('own-listing', host, copying), deskLink(site), again);
    case 'unknownSite':
      return note(fill(WORDS.unknownSite, { site }));
    case 'broken':
      return note(fill(WORDS.broken, { message: standing.message }), again);
    case 'unreachable':
      return note(WORDS.unreachable, again);
  }
}

const note = (text: string, ...more: unknown[]) => html`<div class="note"><p>${text}</p>${more}</div>`;
