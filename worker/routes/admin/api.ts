/** The owner's API as a document. Only the build and tests read it. */
import { ALARMS_API } from './alarms-api.ts';
import type { ApiRoute } from './api-route.ts';
import { AUDIT_API } from './audit-api.ts';
import { BILLS_API } from './bills-api.ts';
import { BLOCK_API } from './block-api.ts';
import { CHOICES_API } from './choices-api.ts';
import { CLIENTS_API } from './clients-api.ts';
import { DESK_API } from './desk-api.ts';
import { DRAW_API } from './draw-api.ts';
import { DRY_RUN_API } from './dry-run-api.ts';
import { FIGURES_API } from './figures-api.ts';
import { KEYS_API } from './keys-api.ts';
import { LEDGER_API } from './ledger-api.ts';
import { PICTURES_API } from './pictures-api.ts';
import { SESSION_API } from './session-api.ts';
import { SETUP_API } from './setup-api.ts';
import { SITES_API } from './sites-api.ts';
import { TEMPLATES_API } from './templates-api.ts';
import { USAGE_API } from './usage-api.ts';

export const ADMIN_API: readonly ApiRoute[] = [
  ...SESSION_API,
  ...DESK_API,
  ...FIGURES_API,
  ...LEDGER_API,
  ...SITES_API,
  ...TEMPLATES_API,
  ...DRAW_API,
  ...CHOICES_API,
  ...CLIENTS_API,
  ...KEYS_API,
  ...BILLS_API,
  ...SETUP_API,
  ...PICTURES_API,
  ...BLOCK_API,
  ...USAGE_API,
  ...DRY_RUN_API,
  ...ALARMS_API,
  ...AUDIT_API,
];
