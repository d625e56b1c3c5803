/** The pages of the desk: where each is, and how it comes. Pages come when they are opened. */

export interface Route {
  /** The part of the path after `/peel/admin/`; empty: the overview. */
  path: string;
  /** In the rail. */
  label: string;
  group: 'Watch' | 'Rules' | 'Desk';
  /** Name of the page's element. */
  element: string;
  load: () => Promise<unknown>;
}

export const ROUTES: readonly Route[] = [
  { path: '', label: 'Overview', group: 'Watch', element: 'desk-overview', load: () => import('./pages/overview.ts') },
  {
    path: 'pictures',
    label: 'Pictures',
    group: 'Watch',
    element: 'desk-pictures',
    load: () => import('./pages/pictures.ts'),
  },
  { path: 'bills', label: 'Bills', group: 'Watch', element: 'desk-bills', load: () => import('./pages/bills.ts') },
  { path: 'sites', label: 'Sites', group: 'Rules', element: 'desk-sites', load: () => import('./pages/sites.ts') },
  {
    path: 'templates',
    label: 'Templates',
    group: 'Rules',
    element: 'desk-templates',
    load: () => import('./pages/templates.ts'),
  },
  { path: 'keys', label: 'Keys', group: 'Rules', element: 'desk-keys', load: () => import('./pages/keys.ts') },
  { path: 'alarms', label: 'Alarms', group: 'Desk', element: 'desk-alarms', load: () => import('./pages/alarms.ts') },
  {
    path: 'history',
    label: 'History',
    group: 'Desk',
    element: 'desk-history',
    load: () => import('./pages/history.ts'),
  },
  { path: 'setup', label: 'Set-up', group: 'Desk', element: 'desk-setup', load: () => import('./pages/setup.ts') },
];

export interface Place {
  route: Route;
  /** The parts of the path after the route's own. */
  rest: string[];
}

/** @param pathname Of the address bar. @returns undefined where the desk has no such page. */
export function placeOf(pathname: string): Place | undefined {
  const [first = '', ...rest] = pathname
    .replace(/^\/peel\/admin\/?/, '')
    .split('/')
    .filter(Boolean)
    .map(decodeURIComponent);
  const route = ROUTES.find(({ path }) => path === first);
  return route && { route, rest };
}
