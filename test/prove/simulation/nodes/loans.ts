/** Compares what the deployment's ledger has lent with what the sites' ledgers have. */
import type { LoanAnswer } from '../../../../worker/ledger/loan.ts';
import type { Sql } from '../../../../worker/ledger/sql.ts';
import type { Facts, LedgerName } from '../invariants/trace.ts';

interface Loan {
  account: string;
  borrower: LedgerName;
  lent: number;
  back: number;
  spent: number;
  beyond: number;
}

/** Something that reads a ledger's rows, whether it is up or not. */
export interface Looked {
  look<T>(read: (sql: Sql) => T): T;
}

/** @returns Differences in words. */
export function inspectLoans(deployment: Looked, sites: ReadonlyMap<LedgerName, Looked>, facts: Facts): string[] {
  const loans = deployment.look((sql) => rowsOf(sql, 'loans', 'SELECT * FROM loans')) as unknown as Loan[];
  const borrowers = deployment.look((sql) => rowsOf(sql, 'borrowers', 'SELECT name, isAlone FROM borrowers'));
  const alone = borrowers.find(({ isAlone }) => isAlone === 1)?.name;
  const wrong: string[] = [];
  for (const [site, node] of sites) {
    for (const { account, got, back, out, spent } of node.look(slicesIn)) {
      const loan = loans.find((each) => each.account === account && each.borrower === site);
      const { lent = 0, back: heard = 0, spent: heardSpent = 0 } = loan ?? {};
      const name = `${site} ${account}`;
      if (got > lent && alone !== site) wrong.push(`${name}: ${got} are there and ${lent} are lent`);
      if (heard > back) wrong.push(`${name}: ${heard} count as given back and ${back} were`);
      if (heardSpent > spent) wrong.push(`${name}: ${heardSpent} count as spent and ${spent} were`);
      if (out > lent - heard && alone !== site && facts.keepsToCap) {
        wrong.push(`${name}: ${out} are held and spent of ${lent} - ${heard}`);
      }
    }
  }
  const standings = [...sites].map(([site, node]) => ({ site, standing: node.look(standingIn) }));
  const alones = standings.filter(({ standing }) => standing === 'alone').map(({ site }) => site);
  if (alones.length > 1) wrong.push(`${alones.join(' and ')} are alone`);
  if (alones.length === 1 && loans.some(({ borrower, lent }) => borrower !== alones[0] && lent > 0)) {
    wrong.push(`${alones[0]} is alone while others have slices`);
  }
  for (const [account, all] of Map.groupBy(loans, (loan) => loan.account)) {
    const out = all.reduce((sum, { lent, back }) => sum + lent - back, 0);
    const beyond = all.reduce((sum, loan) => sum + loan.beyond, 0);
    const cap = facts.caps.deployment![account.length === 10 ? 'day' : 'month'];
    if (out > cap + beyond) wrong.push(`${account}: ${out} are lent, ${beyond} after overruns, of ${cap}`);
  }
  return wrong;
}

/** What sites have been told to give back as soon as they do not hold it. */
export function createDue() {
  const targets = new Map<string, number>();
  return {
    calledBack(site: LedgerName, { loans }: LoanAnswer): void {
      for (const [account, { target, isDue }] of Object.entries(loans)) {
        const name = `${site} ${account}`;
        if (isDue) targets.set(name, Math.max(target, targets.get(name) ?? 0));
      }
    },
    /** An answer to a draw may say that it is no longer due. */
    answered(site: LedgerName, { loans }: LoanAnswer): void {
      for (const [account, { isDue }] of Object.entries(loans)) if (!isDue) targets.delete(`${site} ${account}`);
    },
    /** @returns How a grant has used money that was to be given back. */
    brokenBy({ ledger, id, day }: { ledger: LedgerName; id: string; day: string }, node: Looked): string | undefined {
      const used = node.look(slicesIn).find(({ account, got, out }) => {
        const target = targets.get(`${ledger} ${account}`) ?? 0;
        return day.startsWith(account) && target > 0 && out > got - target;
      });
      return used && `${id}: held of ${used.account} what must be given back`;
    },
  };
}

/** What is left wrong at rest, when every message has arrived. */
export function inspectRest(deployment: Looked, sites: ReadonlyMap<LedgerName, Looked>): string[] {
  const loans = deployment.look((sql) => rowsOf(sql, 'loans', 'SELECT * FROM loans')) as unknown as Loan[];
  const [alone] = deployment.look((sql) => rowsOf(sql, 'borrowers', 'SELECT name FROM borrowers WHERE isAlone = 1'));
  // Its answer to the call back was lost, and nobody has drawn since. It is called back again before anything is lent.
  if (alone) return loans.some(({ lent }) => lent > 0) ? [`${alone.name} is alone while something is lent`] : [];
  return [...sites].flatMap(([site, node]) =>
    node.look(slicesIn).flatMap(({ account, out }) => {
      const loan = loans.find((each) => each.account === account && each.borrower === site);
      const left = (loan?.lent ?? 0) - (loan?.back ?? 0);
      return out > left ? [`${site} ${account}: ${out} are spent, and the deployment knows of ${left}`] : [];
    }),
  );
}

function rowsOf(sql: Sql, table: string, query: string): Record<string, unknown>[] {
  const has = sql.exec('SELECT 1 FROM sqlite_master WHERE name = ?', table).toArray().length > 0;
  return has ? sql.exec(query).toArray() : [];
}

/** The slices of a site that shares the budget, with what it holds and has spent in each. */
function slicesIn(sql: Sql): { account: string; got: number; back: number; out: number; spent: number }[] {
  if (standingIn(sql) !== 'sharing') return [];
  return rowsOf(
    sql,
    'slices',
    `SELECT account, got, back, spent, spent + held AS out FROM (
      SELECT account, got, back,
        (SELECT coalesce(sum(costMicros + overrunMicros), 0) FROM usage WHERE day LIKE account || '%') AS spent,
        (SELECT coalesce(sum(micros), 0) FROM holds WHERE day LIKE account || '%') AS held
      FROM slices)`,
  ) as unknown as ReturnType<typeof slicesIn>;
}

function standingIn(sql: Sql): string {
  const [row] = rowsOf(
    sql,
    'settings',
    "SELECT value ->> '$.standing' AS standing FROM settings WHERE name = 'deployment'",
  );
  return String(row?.standing ?? 'new');
}
