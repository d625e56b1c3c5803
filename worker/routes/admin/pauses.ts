/** What pauses a site: its record, its ledger or the deployment's. */
import type { LedgerRpc } from '../../ledger/rpc.ts';
import { parseJsonObject } from '../../shared/json.ts';
import type { SiteRecord } from '../../sites/site-record.ts';
import type { AdminServices } from './owned.ts';

/** Whether a record pauses its site, even one that breaks a rule. @param text As it is stored. */
export const isPausedByRecord = (text: string): boolean =>
  (parseJsonObject(text) as Partial<SiteRecord> | undefined)?.paused === true;

export function createPauses({
  ledger,
  deploymentLedger,
  siteStore,
  log,
}: Pick<AdminServices, 'ledger' | 'deploymentLedger' | 'siteStore' | 'log'>) {
  /** @returns Whether a ledger is paused; null if it does not answer, so that the rest is still shown. */
  async function pauseOf(account: LedgerRpc, name: string): Promise<boolean | null> {
    try {
      return (await account.facts()).paused;
    } catch (error) {
      log('pause_unread', { ledger: name, error: String(error) });
      return null;
    }
  }

  const ofDeployment = (): Promise<boolean | null> => pauseOf(deploymentLedger(), 'deployment');

  return {
    ofSite: (id: string): Promise<boolean | null> => pauseOf(ledger(id), id),
    ofDeployment,

    /** What else pauses a site than its own ledger's switch, as far as it can be read. */
    async beside(id: string): Promise<('record' | 'deployment')[]> {
      const [stored, isStopped] = await Promise.all([siteStore.read(id), ofDeployment()]);
      const byRecord = stored !== undefined && isPausedByRecord(stored.text);
      return [...(byRecord ? (['record'] as const) : []), ...(isStopped === true ? (['deployment'] as const) : [])];
    },
  };
}
