/** The classes of `wrangler.toml`, by the names that it binds. */
import type { Generation as GenerationObject } from './generation.ts';
import { late, type Methods } from './late.ts';
import type { Ledger as LedgerObject } from './ledger.ts';

export { Proofs } from './proofs.ts';

const OF_GENERATION: Methods<GenerationObject> = { ask: true, erase: true, outcome: true, alarm: true };

const OF_LEDGER: Methods<LedgerObject> = {
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

export class Generation extends late<GenerationObject>(
  async () => (await import('./generation.ts')).Generation,
  OF_GENERATION,
) {}

export class Ledger extends late<LedgerObject>(async () => (await import('./ledger.ts')).Ledger, OF_LEDGER) {}
