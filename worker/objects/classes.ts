/** The classes of `wrangler.toml`, by the names that it binds. */
import type { Generation as GenerationObject } from './generation.ts';
import { lazyObject, type Methods } from './lazy-object.ts';
import type { Ledger as LedgerObject } from './ledger.ts';

export { Proofs } from './proofs.ts';

// The methods of these classes are made from lists, because the classes themselves are not loaded yet.
const GENERATION_METHODS: Methods<GenerationObject> = { ask: true, erase: true, outcome: true, alarm: true };

const LEDGER_METHODS: Methods<LedgerObject> = {
  reserve: true,
  confirm: true,
  release: true,
  settle: true,
  draw: true,
  recall: true,
  attempt: true,
  salt: true,
  setPaused: true,
  keepShare: true,
  block: true,
  unblock: true,
  judge: true,
  judgeLoan: true,
  takenOn: true,
  count: true,
  facts: true,
  reportHealth: true,
  keyHealth: true,
  judgeOwner: true,
  noteChange: true,
  changes: true,
  beginSiteChange: true,
  raiseEpoch: true,
  endSiteChange: true,
  claimClient: true,
  holdsClient: true,
  freeClients: true,
  report: true,
  siteFigures: true,
  siteDays: true,
  siteHours: true,
  sitePictures: true,
  knownSites: true,
  overview: true,
  series: true,
  hours: true,
  allPictures: true,
  markWall: true,
  reportPicture: true,
  pictureReports: true,
  closeReports: true,
  forgetPicture: true,
  deploymentReport: true,
  origins: true,
  months: true,
  deploymentMonths: true,
  keepBill: true,
  bills: true,
  removeBill: true,
  ringAlarms: true,
  endAlarms: true,
  alarms: true,
  closeAlarm: true,
  setWebhook: true,
  removeWebhook: true,
  renewWebhookSecret: true,
  testWebhook: true,
  alarm: true,
};

export class Generation extends lazyObject<GenerationObject>(
  async () => (await import('./generation.ts')).Generation,
  GENERATION_METHODS,
) {}

export class Ledger extends lazyObject<LedgerObject>(
  async () => (await import('./ledger.ts')).Ledger,
  LEDGER_METHODS,
) {}
