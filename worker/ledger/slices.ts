/**
 * What a site's ledger has been lent of the deployment's budget. A slice is `got - back`: what the deployment's ledger
 * has lent, less what was given back. The site holds and spends no more than that, so all sites together stay within
 * the cap whatever becomes of messages. Every method is synchronous; money is integer micro-dollars.
 */

import type { BorrowerReport, Draw, LoanAnswer, PauseNotice, SliceReport, Standing } from './loan.ts';
import { periodOf } from './periods.ts';
import type { Cap } from './reservation.ts';
import type { Sql } from './sql.ts';

interface Slice {
  /** The cap that it was cut from. Where a reservation names another cap, the ledger draws first. */
  cap: number;
  got: number;
  back: number;
  /** The lender's target for `back`: so much must be given back in all, as soon as it is not held. */
  must: number;
}

/** What the site itself has taken of an account. */
export interface Used {
  held: number;
  /** Overruns included. */
  spent: number;
}

/** What a draw is for. */
export interface DrawOptions extends Pick<Draw, 'day' | 'price' | 'isBackground'> {
  /** Micro-dollars that are asked for beyond the need of each account. */
  beyond: number;
}

/** What a reservation needs of the deployment's money and its slices lack, by account. */
export type Lacks = ReadonlyMap<string, { cap: Cap; need: number }>;

/** The cap of a slice for which no answer has named one. It equals no real cap, so the next reservation draws first. */
const NO_CAP = -1;
const NO_SLICE: Slice = { cap: NO_CAP, got: 0, back: 0, must: 0 };
const NO_PAUSE: PauseNotice = { version: 0, isPaused: false };

/**
 * @param usedOf What the site holds and has spent in an account.
 * @param accountsInUse All accounts in which it holds or has spent something, as far as anyone may still ask for them.
 */
export function createSlices(sql: Sql, usedOf: (account: string) => Used, accountsInUse: () => string[]) {
  const slices = new Map<string, Slice>();
  /** Number of recalls of money that is due, and what it was when each draw was made. */
  let dues = 0;
  const duesBefore = new WeakMap<Draw, number>();
  let standing: Standing = 'new';
  let pause = NO_PAUSE;

  function reload(): void {
    slices.clear();
    for (const { account, ...slice } of sql.exec('SELECT * FROM slices').toArray()) {
      slices.set(String(account), slice as unknown as Slice);
    }
    const [row] = sql.exec("SELECT value FROM settings WHERE name = 'deployment'").toArray();
    ({ standing, pause } = row ? JSON.parse(String(row.value)) : { standing: 'new' as const, pause: NO_PAUSE });
  }

  reload();

  function write(account: string, slice: Slice): void {
    const { cap, got, back, must } = slice;
    const known = slices.get(account);
    if (known && known.cap === cap && known.got === got && known.back === back && known.must === must) return;
    slices.set(account, slice);
    sql.exec('INSERT OR REPLACE INTO slices VALUES (?, ?, ?, ?, ?)', account, cap, got, back, must);
  }

  function note(next: { standing?: Standing; pause?: PauseNotice }): void {
    standing = next.standing ?? standing;
    pause = next.pause ?? pause;
    sql.exec("INSERT OR REPLACE INTO settings VALUES ('deployment', ?)", JSON.stringify({ standing, pause }));
  }

  const takenIn = (account: string): number => {
    const { held, spent } = usedOf(account);
    return held + spent;
  };

  const leftIn = (account: string, { got, back, must }: Slice): number => got - Math.max(back, must) - takenIn(account);

  function reportOf(account: string, slice: Pick<Slice, 'got' | 'back'>): SliceReport {
    const { got, back } = slice;
    return { got, back, spent: usedOf(account).spent, short: Math.max(0, takenIn(account) - (got - back)) };
  }

  /** Gives back what is not held, until so much has been given back in all. */
  function giveBack(account: string, slice: Slice, target: number): Slice {
    const idle = Math.max(0, slice.got - slice.back - takenIn(account));
    return { ...slice, back: slice.back + Math.min(idle, Math.max(0, target - slice.back)) };
  }

  /** What this site tells the lender of some accounts. */
  function report(accounts: readonly string[]): BorrowerReport {
    const told = accounts.map((account) => [account, reportOf(account, slices.get(account) ?? NO_SLICE)] as const);
    return { standing, slices: Object.fromEntries(told) };
  }

  function hearPause(heard: PauseNotice): void {
    if (heard.version > pause.version) note({ pause: heard });
  }

  return {
    /** Whether this site decides alone on the deployment's budget. */
    get isAlone() {
      return standing === 'alone';
    },
    /** Whether the deployment's ledger has paused all sites. */
    get isPaused() {
      return pause.isPaused;
    },

    /** What a reservation lacks under the deployment's caps; undefined where the slices suffice. */
    lacks(caps: readonly Cap[], micros: number, day: string): Lacks | undefined {
      const lacks = new Map<string, { cap: Cap; need: number }>();
      let suffices = true;
      for (const cap of caps) {
        const account = periodOf(cap.period, day);
        const slice = slices.get(account) ?? NO_SLICE;
        if (leftIn(account, slice) < micros || slice.cap !== cap.micros) suffices = false;
        // What must be given back is not needed anew: an answer may say that it is no longer due.
        lacks.set(account, { cap, need: Math.max(0, micros - (slice.got - slice.back - takenIn(account))) });
      }
      return suffices ? undefined : lacks;
    },

    /**
     * The message that asks for what is lacking. Opens the rows of all accounts that it names, and gives back what must
     * be given back.
     */
    draw(lacks: Lacks, { day, price, beyond, isBackground }: DrawOptions, accounts = [...lacks.keys()]): Draw {
      for (const account of accounts) {
        const slice = slices.get(account) ?? NO_SLICE;
        write(account, giveBack(account, slice, slice.must));
      }
      const asked = [...lacks.values()].map(({ cap, need }) => ({
        ...{ period: cap.period, cap: cap.micros, need },
        want: need + beyond,
      }));
      const [part] = [...lacks.values()].map(({ cap }) => cap.part);
      const draw = {
        ...{ report: report(accounts), day, price, asked, isBackground },
        ...(part !== undefined && { part }),
      };
      duesBefore.set(draw, dues);
      return draw;
    },

    /** Takes the answer to a draw. */
    take({ isAlone, pause: heard, loans }: LoanAnswer, draw: Draw): void {
      hearPause(heard);
      if (standing === 'new') note({ standing: isAlone ? 'alone' : 'sharing' });
      if (standing === 'alone') return;
      const caps = new Map(draw.asked.map(({ period, cap }) => [periodOf(period, draw.day), cap]));
      for (const [account, loan] of Object.entries(loans)) {
        const slice = slices.get(account) ?? NO_SLICE;
        // An answer that was given before money became due says nothing of it.
        const stillDue = duesBefore.get(draw) === dues ? 0 : slice.must;
        const must = loan.isDue ? Math.max(slice.must, loan.target) : stillDue;
        const lent = { ...slice, cap: caps.get(account) ?? slice.cap, got: Math.max(slice.got, loan.lent), must };
        write(account, giveBack(account, lent, must));
      }
    },

    /**
     * Gives back what the deployment's ledger calls back. Idempotent. A site that was alone shares from now on.
     *
     * @returns The accounts that the answer must tell of.
     */
    recall({ pause: heard, loans, wantsAll }: LoanAnswer): string[] {
      hearPause(heard);
      const accounts = Object.entries(loans);
      if (accounts.some(([, { isDue }]) => isDue)) dues += 1;
      if (accounts.length > 0 && standing !== 'sharing') {
        // What the site holds and has spent so far is its slice, so nothing is free in it.
        for (const account of accountsInUse()) write(account, { cap: NO_CAP, got: takenIn(account), back: 0, must: 0 });
        note({ standing: 'sharing' });
      }
      for (const [account, { lent, target, isDue }] of accounts) {
        const slice = slices.get(account) ?? NO_SLICE;
        const must = isDue ? Math.max(slice.must, target) : slice.must;
        write(account, giveBack(account, { ...slice, got: Math.max(slice.got, lent), must }, target));
      }
      return wantsAll ? [...slices.keys()] : accounts.map(([account]) => account);
    },

    report,

    /** Accounts in which more was spent than lent. */
    shortAccounts: (): string[] =>
      standing === 'sharing'
        ? [...slices].filter(([account, slice]) => reportOf(account, slice).short > 0).map(([account]) => account)
        : [],

    /** Micro-dollars that are free in each of some accounts: those of the scarcest. */
    free: (accounts: readonly string[]): number =>
      Math.min(...accounts.map((account) => leftIn(account, slices.get(account) ?? NO_SLICE))),

    /** Reads everything from the rows again. Call it after a step that was undone. */
    reload,

    /** Deletes the slices of the months before that of a day, and of their days. */
    forget(day: string): void {
      const month = periodOf('month', day);
      sql.exec('DELETE FROM slices WHERE account < ?', month);
      for (const account of slices.keys()) if (account < month) slices.delete(account);
    },
  };
}
