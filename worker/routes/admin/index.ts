/** The owner's API: one file for each subject. With neither an admin token nor Cloudflare Access it does not exist. */

import type { App } from '../../http/failure-response.ts';
import { Hono } from '../../http/hono.ts';
import { alarmAdminRoutes } from './alarms.ts';
import { auditAdminRoutes } from './audit.ts';
import { billAdminRoutes } from './bills.ts';
import { blockAdminRoutes } from './block.ts';
import { choicesAdminRoutes } from './choices.ts';
import { clientAdminRoutes } from './clients.ts';
import { deskAdminRoutes } from './desk.ts';
import { drawAdminRoutes } from './draw.ts';
import { dryRunAdminRoutes } from './dry-run.ts';
import { figuresAdminRoutes } from './figures.ts';
import { keyAdminRoutes } from './keys.ts';
import { ledgerAdminRoutes } from './ledger.ts';
import { overviewAdminRoutes } from './overview.ts';
import type { AdminServices } from './owned.ts';
import { pictureListRoutes } from './picture-list.ts';
import { pictureAdminRoutes } from './pictures.ts';
import { sessionAdminRoutes } from './session.ts';
import { setupAdminRoutes } from './setup.ts';
import { siteAdminRoutes } from './sites.ts';
import { templateAdminRoutes } from './templates.ts';
import { usageAdminRoutes } from './usage.ts';

const ROUTES = [
  overviewAdminRoutes,
  figuresAdminRoutes,
  sessionAdminRoutes,
  deskAdminRoutes,
  ledgerAdminRoutes,
  siteAdminRoutes,
  templateAdminRoutes,
  drawAdminRoutes,
  choicesAdminRoutes,
  clientAdminRoutes,
  keyAdminRoutes,
  billAdminRoutes,
  setupAdminRoutes,
  pictureListRoutes,
  pictureAdminRoutes,
  blockAdminRoutes,
  usageAdminRoutes,
  dryRunAdminRoutes,
  alarmAdminRoutes,
  auditAdminRoutes,
];

export function adminRoutes(services: AdminServices): Hono<App> {
  const app = new Hono<App>();
  for (const routes of ROUTES) app.route('/', routes(services));
  return app;
}
