/** Where visitors of a site report a picture. */
import type { Showcase } from './site.ts';

/** @returns `desk`, or `mailto:` and an address; undefined where the site takes no reports. */
export function reportsOf({ reports = 'desk' }: Pick<Showcase, 'reports'>, hasDesk: boolean): string | undefined {
  if (reports === 'off' || (reports === 'desk' && !hasDesk)) return undefined;
  return reports;
}
