import { html, nothing } from 'lit';
import { ROUTES, type Route } from '../routes.ts';
import { SHELL } from '../words/shell.ts';
import { mark } from './mark.ts';

export interface RailOptions {
  /** The route that is open. */
  current: Route | undefined;
  version: string;
  openAlarms: number;
  stepsLeft: number;
  /** With Cloudflare Access the log-in is not the desk's. */
  canLogOut: boolean;
  logOut: () => void;
  /** On phones: all pages are shown. */
  isMenuOpen: boolean;
  setMenu: (isOpen: boolean) => void;
}

const GROUPS = ['Watch', 'Rules', 'Desk'] as const;
/** On phones these are in the bar, the others behind its last button. */
const IN_BAR = ['', 'pictures', 'sites', 'keys'];

const addressOf = ({ path }: Route): string => (path === '' ? '/peel/admin' : `/peel/admin/${path}`);

/** The pages of the desk: beside them on wide screens, a bar at the bottom on phones. */
export const rail = (options: RailOptions) => html`
  <nav class=${options.isMenuOpen ? 'rail open' : 'rail'} aria-label=${SHELL.rail} id="rail">
    <a class="home" href="/peel/admin">${mark()}</a>
    ${GROUPS.map(
      (group) => html`<h2 id=${`rail-${group}`}>${group}</h2>
        <ul aria-labelledby=${`rail-${group}`}>
          ${ROUTES.filter((route) => route.group === group).map((route) => html`<li>${link(route, options)}</li>`)}
        </ul>`,
    )}
    <p class="foot">
      <span>${options.version}</span>
      <span>
        <a href="/docs" target="_blank">${SHELL.help}</a>
        ${
          options.canLogOut
            ? html` · <button class="link" type="button" @click=${options.logOut}>${SHELL.logOut}</button>`
            : nothing
        }
      </span>
    </p>
  </nav>
  <nav class="bar" aria-label=${SHELL.rail}>
    ${ROUTES.filter(({ path }) => IN_BAR.includes(path)).map((route) => link(route, options))}
    <button
      type="button"
      aria-expanded=${options.isMenuOpen}
      aria-controls="rail"
      class=${options.current && !IN_BAR.includes(options.current.path) ? 'current' : nothing}
      @click=${() => options.setMenu(!options.isMenuOpen)}
    >
      ${options.isMenuOpen ? SHELL.closeMenu : SHELL.more}
    </button>
  </nav>
`;

function link(route: Route, { current, openAlarms, stepsLeft }: RailOptions) {
  return html`<a href=${addressOf(route)} aria-current=${route === current ? 'page' : nothing}>
    ${route.label}
    ${route.path === 'alarms' && openAlarms > 0 ? badge(openAlarms, SHELL.openAlarms(openAlarms)) : nothing}
    ${route.path === 'setup' && stepsLeft > 0 ? badge(stepsLeft, SHELL.stepsLeft(stepsLeft)) : nothing}
  </a>`;
}

const badge = (count: number, text: string) =>
  html`<span class="badge" aria-hidden="true">${count}</span><span class="unseen">, ${text}</span>`;
