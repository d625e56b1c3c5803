/**
 * The deployment's budget, lent to the sites' ledgers in slices: the rows of the deployment's ledger. What was lent and
 * not given back never exceeds a cap, except by overruns, which are lent after the fact. Every method is one
 * synchronous step; money is integer micro-dollars.
 *
 * The first site to ask is alone: it decides by its own sums and never asks again. When a second one comes, the first
 * is called back once, and from then on both spend slices.
 */
import type { Failure } from '../shared/failure.ts';
import { HELD, judgeBudget } from './budget.ts';
import { createLedgerDebts } from './debts.ts';
import { createDeploymentPause } from './deployment-pause.ts';
import type { BorrowerReport, Draw, LoanAnswer, LoanNotice } from './loan.ts';
import { firstDayOf, kindOf, PERIODS, type Period, periodOf, periodsOf } from './periods.ts';
import type { Sql } from './sql.ts';
import type { Totals } from './usage.ts';

/** What one site was lent of an account, in micro-dollars. Each number only grows (`loan.ts`). */
interface Loan {
  borrower: string;
  lent: number;
  back: number;
  spent: number;
  /** Part of `lent` for which there was no room: it covers an overrun. */
  beyond: number;
}

/** Micro-dollars that others must give back before a draw can be granted, by account. */
export type Missing = ReadonlyMap<string, number>;

/** How a draw went in one step, and what may help where it was refused. */
export interface Served {
  answer: LoanAnswer;
  /** Name of the ledger that decides alone. Until money was called back from it, nothing can be lent to another. */
  alone?: string;
  /** What other sites would have to give back first. */
  missing?: Missing;
}

const CAPS_OF = 'SELECT cap FROM periods WHERE period = ?';

/** The rows of the deployment's ledger. Their tables must be there. */
export function createLender(sql: Sql) {
  const loansOf = (account: string): Loan[] =>
    sql
      .exec('SELECT borrower, lent, back, spent, beyond FROM loans WHERE account = ?', account)
      .toArray() as unknown as Loan[];
  const loanOf = (account: string, borrower: string): Loan =>
    loansOf(account).find((loan) => loan.borrower === borrower) ?? { borrower, lent: 0, back: 0, spent: 0, beyond: 0 };
  const outOf = (account: string): number => loansOf(account).reduce((sum, { lent, back }) => sum + lent - back, 0);

  /** What may have been spent of an account: money that was lent and not given back counts as spent. */
  function totals(account: string): Totals {
    const overrun = loansOf(account).reduce((sum, { beyond }) => sum + beyond, 0);
    return { settled: outOf(account) - overrun, overrun };
  }

  /** What one site was lent of an account and has not given back, in micro-dollars. */
  function lentTo(account: string, borrower: string): number {
    const { lent, back } = loanOf(account, borrower);
    return lent - back;
  }

  /** What all sites have spent of an account, as each has last reported it, in micro-dollars. */
  const spentOf = (account: string): number => loansOf(account).reduce((sum, { spent }) => sum + spent, 0);

  const debts = createLedgerDebts(sql, 'deployment', totals);

  function write(account: string, { borrower, lent, back, spent, beyond }: Loan): void {
    sql.exec('INSERT OR REPLACE INTO loans VALUES (?, ?, ?, ?, ?, ?)', account, borrower, lent, back, spent, beyond);
  }

  const pauses = createDeploymentPause(sql);
  const { pause } = pauses;

  /** Runs a step as one transaction. Where it throws, nothing of it stays, in the rows or in memory. */
  function atomically<T>(step: () => T): T {
    try {
      return sql.atomically(step);
    } catch (error) {
      debts.reload();
      throw error;
    }
  }

  const borrowers = (): string[] =>
    sql
      .exec('SELECT name FROM borrowers ORDER BY name')
      .toArray()
      .map(({ name }) => String(name));

  const aloneNow = (): string | undefined =>
    sql.exec('SELECT name FROM borrowers WHERE isAlone = 1').toArray()[0]?.name as string | undefined;

  /** Notes a site that draws for the first time. It may be known already, by a share that is kept for it. */
  function register(site: string, { standing }: BorrowerReport): void {
    const known = borrowers();
    const isOnly = known.every((name) => name === site);
    if (!known.includes(site)) addBorrower(site, isOnly && standing !== 'sharing');
    else if (isOnly && standing === 'new') sql.exec('UPDATE borrowers SET isAlone = 1 WHERE name = ?', site);
  }

  function addBorrower(site: string, isAlone: boolean): void {
    sql.exec('INSERT INTO borrowers VALUES (?, ?, 0, 0, 0)', site, isAlone ? 1 : 0);
  }

  /**
   * The parts of a cap that are kept for sites, by site, in micro-dollars. Parts over 1 together are cut in proportion.
   */
  function sharesOf(cap: number): Map<string, number> {
    const rows = sql.exec('SELECT name, part FROM borrowers WHERE part > 0').toArray();
    const whole = Math.max(
      1,
      rows.reduce((sum, { part }) => sum + Number(part), 0),
    );
    return new Map(rows.map(({ name, part }) => [String(name), Math.floor((Number(part) / whole) * cap)]));
  }

  /** Parts of an account that are kept for other sites and not lent to them yet. @param but The site that draws. */
  function keptOf(account: string, cap: number, but: string): number {
    const loans = loansOf(account);
    let kept = 0;
    for (const [site, share] of sharesOf(cap)) {
      const loan = loans.find(({ borrower }) => borrower === site);
      if (site !== but) kept += Math.max(0, share - (loan ? loan.lent - loan.back : 0));
    }
    return kept;
  }

  /** Ends a site's standing as the only one: these books take over its days and months, with their debts. */
  function letShare(site: string, accounts: readonly string[], owed: Required<BorrowerReport>['owed']): void {
    sql.exec('UPDATE borrowers SET isAlone = 0 WHERE name = ?', site);
    for (const period of PERIODS) {
      debts.takeOver(period, owed[period]);
      const last = lastCapOf(period);
      for (const account of accounts) {
        if (last !== undefined && kindOf(account) === period && capOf(account) === undefined) {
          debts.note({ period, micros: last }, firstDayOf(account));
        }
      }
    }
  }

  /** Takes the share of a site's own configuration, where the owner has told of none (`keepShare`). */
  function notePart(site: string, part: number): void {
    sql.exec('UPDATE borrowers SET part = ? WHERE name = ? AND isTold = 0 AND part <> ?', part, site, part);
  }

  /** Takes a site's report. Numbers only grow, so an older report changes nothing. */
  function hear(site: string, { standing, slices, owed }: BorrowerReport): void {
    const accounts = Object.keys(slices).sort();
    // Only a report of all slices ends it: what a draw leaves out could be lent to another site.
    if (owed && standing === 'sharing' && aloneNow() === site) letShare(site, accounts, owed);
    if (aloneNow() === site) return;
    for (const account of accounts) {
      const { got, back, spent, short } = slices[account]!;
      const loan = loanOf(account, site);
      const lent = Math.max(loan.lent, got + short);
      const heard = { ...loan, lent, back: Math.max(loan.back, back), spent: Math.max(loan.spent, spent) };
      if (lent === loan.lent && heard.back === loan.back && heard.spent === loan.spent) continue;
      write(account, heard);
      const cap = capOf(account);
      // What a site reports that was alone may be more than the cap, too.
      const over = cap === undefined ? 0 : Math.min(lent - loan.lent, -freeOf(account, cap));
      if (over > 0) write(account, { ...heard, beyond: heard.beyond + over });
      debts.changed(firstDayOf(account));
    }
  }

  const owedOf = (account: string): number => debts.owed(kindOf(account), firstDayOf(account));

  const freeOf = (account: string, cap: number): number => cap - owedOf(account) - outOf(account);

  /** The cap that the last draw has named for an account, in micro-dollars. */
  function capOf(account: string): number | undefined {
    const [row] = sql.exec(`${CAPS_OF} AND name = ?`, `deployment ${kindOf(account)}`, account).toArray();
    return row && Number(row.cap);
  }

  /** The cap of the last period of a kind for which a draw has named one, in micro-dollars. */
  function lastCapOf(period: Period): number | undefined {
    const [row] = sql.exec(`${CAPS_OF} ORDER BY name DESC LIMIT 1`, `deployment ${period}`).toArray();
    return row && Number(row.cap);
  }

  /** What a site may spend of a day without asking, as far as it has told. One that is alone has no loan but the cap. */
  function unspentBy(site: string, day: string): number {
    if (aloneNow() === site) return lastCapOf('day') ?? 0;
    const { lent, back, spent } = loanOf(periodOf('day', day), site);
    return lent - back - spent;
  }

  /** The accounts of a kind: that of a day, the last one before it, and all after it. */
  function accountsFrom(period: Period, day: string): string[] {
    const before = '(SELECT max(name) FROM periods WHERE period = ? AND name < ?)';
    const [kind, name] = [`deployment ${period}`, periodOf(period, day)];
    return sql
      .exec(`SELECT name FROM periods WHERE period = ? AND name >= ifnull(${before}, ?)`, kind, kind, name, name)
      .toArray()
      .map((row) => String(row.name));
  }

  /** What a draw asks of each account, less what was lent before and has not arrived yet. */
  function askedOf(site: string, { report, day, asked }: Draw) {
    return asked.map(({ period, cap, need, want }) => {
      const account = periodOf(period, day);
      const underWay = loanOf(account, site).lent - (report.slices[account]?.got ?? 0);
      return { account, period, cap, need: Math.max(0, need - underWay), want: Math.max(0, want - underWay) };
    });
  }

  /**
   * What an account lacks for a need, in micro-dollars. A share that is kept for another site calls no lent money back.
   */
  const missingOf = (site: string, account: string, cap: number, need: number): number =>
    need - freeOf(account, cap) + (need > 0 ? keptOf(account, cap, site) : 0);

  /** Lends what each account needs, and beyond it a part of what is free, so that slices shrink near a cap. */
  function grant(site: string, draw: Draw): void {
    const share = 2 * borrowers().length;
    for (const { account, cap, need, want } of askedOf(site, draw)) {
      const loan = loanOf(account, site);
      const free = freeOf(account, cap) - keptOf(account, cap, site);
      const beyond = Math.min(want - need, Math.floor((free - need) / share));
      write(account, { ...loan, lent: loan.lent + need + Math.max(0, beyond) });
    }
  }

  function refusalOf(site: string, draw: Draw, now: number): Failure {
    const caps = askedOf(site, draw).map(({ account, period, cap }) => {
      const spent = spentOf(account);
      // What is kept for other sites does not become free before the period ends.
      const settled = spent + keptOf(account, cap, site);
      const taken = { settled, held: outOf(account) - spent, overrun: 0, owed: owedOf(account) };
      return { of: 'deployment', period, micros: cap, reason: 'DEPLOYMENT_BUDGET_SPENT', taken } as const;
    });
    // The whole price and not the need: what is free in the site's own slice is part of these sums.
    return judgeBudget(draw.price, caps, now) ?? HELD;
  }

  /** What the answer says of the accounts that a draw names. */
  function noticesOf(site: string, { report }: Draw): LoanAnswer['loans'] {
    return Object.fromEntries(
      Object.keys(report.slices).map((account): [string, LoanNotice] => {
        const { lent, back } = loanOf(account, site);
        const over = Math.max(0, -freeOf(account, capOf(account) ?? Number.POSITIVE_INFINITY));
        return [account, { lent, target: back + Math.min(over, lent - back), isDue: over > 0 }];
      }),
    );
  }

  return {
    ...pauses,
    ...{ borrowers, spentOf, lentTo, sharesOf },

    /**
     * What sites may spend at most before they hear of a pause, in micro-dollars: what each was lent for a day and has
     * not spent.
     *
     * @param sites Names of their ledgers.
     */
    atLarge: (sites: readonly string[], day: string): number =>
      sites.reduce((sum, site) => sum + unspentBy(site, day), 0),

    /** Takes a site's answer to a recall. */
    hear: (site: string, report: BorrowerReport): void => atomically(() => hear(site, report)),

    /** Takes a draw's report, and grants the draw or refuses it. @param now Unix milliseconds. */
    serve: (site: string, draw: Draw, now: number): Served =>
      atomically((): Served => {
        for (const { period, cap } of draw.asked) debts.note({ period, micros: cap }, draw.day);
        register(site, draw.report);
        if (draw.part !== undefined) notePart(site, draw.part);
        hear(site, draw.report);
        const alone = aloneNow();
        // Where its answer to the recall was lost, the site knows that it shares, and money is called back once more.
        const isAlone = alone === site && draw.report.standing !== 'sharing';
        if (isAlone) return { answer: { isAlone, pause: pause(), loans: {} } };
        if (alone !== undefined) return { answer: { isAlone, pause: pause(), loans: {}, refusal: HELD }, alone };
        const asked = askedOf(site, draw);
        const missing = new Map(
          asked
            .map(({ account, cap, need }): [string, number] => [account, missingOf(site, account, cap, need)])
            .filter(([, micros]) => micros > 0),
        );
        // An account that is over by a debt or a lowered cap lacks something even where nothing more is needed.
        const isGranted = missing.size === 0;
        if (isGranted) grant(site, draw);
        const answer: LoanAnswer = {
          ...{ isAlone, pause: pause(), loans: noticesOf(site, draw) },
          ...(!isGranted && { refusal: refusalOf(site, draw, now) }),
        };
        return isGranted ? { answer } : { answer, missing };
      }),

    /**
     * The messages that call back what is missing, by borrower. Only what is not spent can come back.
     *
     * @param but The site whose draw misses it.
     * @param isDue Whether that money was spent already by an overrun, so that no borrower may use it any more.
     */
    recalls(missing: Missing, { but, isDue }: { but?: string; isDue: boolean }): Map<string, LoanAnswer> {
      const recalls = new Map<string, LoanAnswer>();
      for (const [account, micros] of missing) {
        const shares = sharesOf(capOf(account) ?? 0);
        for (const { borrower, lent, back, spent } of loansOf(account)) {
          // What a site gives back of its own share stays kept for it, so it helps no other.
          const share = isDue ? 0 : (shares.get(borrower) ?? 0);
          const unspent = lent - back - Math.max(spent, share);
          if (borrower === but || unspent <= 0) continue;
          // Half of the rest too, so that not every picture near the cap needs another round.
          const target =
            back + Math.min(unspent, isDue ? micros : micros + Math.ceil(Math.max(0, unspent - micros) / 2));
          const notice = recalls.get(borrower) ?? { isAlone: false, pause: pause(), loans: {} };
          recalls.set(borrower, { ...notice, loans: { ...notice.loans, [account]: { lent, target, isDue } } });
        }
      }
      return recalls;
    },

    /**
     * Keeps a part of the caps for a site, as the owner has said.
     *
     * @param part 0 to 1.
     */
    keepShare: (site: string, part: number): void =>
      atomically(() => {
        if (!borrowers().includes(site)) {
          if (part === 0) return;
          addBorrower(site, false);
        }
        sql.exec('UPDATE borrowers SET part = ?, isTold = 1 WHERE name = ?', part, site);
      }),

    /** The site that decides alone though a part is kept for another one. */
    aloneAgainstShares: (): string | undefined =>
      sql
        .exec(
          `SELECT name FROM borrowers WHERE isAlone = 1
            AND EXISTS (SELECT 1 FROM borrowers AS others WHERE others.part > 0 AND others.name <> borrowers.name)`,
        )
        .toArray()[0]?.name as string | undefined,

    /** The message that ends a site's standing as the only one. @param day UTC, `YYYY-MM-DD`. */
    endAlone: (day: string): LoanAnswer => ({
      ...{ isAlone: false, pause: pause(), wantsAll: true },
      loans: Object.fromEntries(periodsOf(day).map((account) => [account, { lent: 0, target: 0, isDue: false }])),
    }),

    /** Overruns of earlier days and months that the periods of a day have to pay, micro-dollars. */
    owed: (day: string): { day: number; month: number } => ({
      day: debts.owed('day', day),
      month: debts.owed('month', day),
    }),

    /** Deletes loans of months before that of a day. Old debts are deleted with the ledger's (`retention.ts`). */
    forget(day: string): void {
      sql.exec('DELETE FROM loans WHERE account < ?', periodOf('month', day));
    },

    /**
     * Accounts of which more was lent than there is, with what sites would have to give back, in micro-dollars. Looked
     * at are the accounts of a day; those before it, because idle money there counts as spent until it is given back,
     * and makes the debt of this day too large; and those after it, because this day's overrun is a debt of theirs.
     */
    over: (day: string): Missing =>
      new Map(
        PERIODS.flatMap((period) => accountsFrom(period, day))
          .map((account): [string, number] => [account, -freeOf(account, capOf(account) ?? Number.POSITIVE_INFINITY)])
          .filter(([, micros]) => micros > 0),
      ),
  };
}

/** What {@link createLender} returns. */
export type Lender = ReturnType<typeof createLender>;
