/** What the page Bills says. */
import type { BillDifference } from '../../../worker/desk-protocol.ts';

export const BILLS = {
  name: 'Bills',
  answers: {
    noBill: (money: string, month: string) => `${money} in ${month}, by the ledger.`,
    demo: (money: string, month: string) => `${money} of play money in ${month}.`,
    nothing: (month: string) => `Nothing was drawn in ${month}.`,
    agrees: 'Ledger and bill agree to the cent.',
    cents: (count: string, isOne: boolean) => `${count} ${isOne ? 'cent' : 'cents'} apart.`,
    dollars: (money: string) => `${money} apart.`,
  },
  /** After the difference: what it means, of the gravest. */
  meaning: {
    more_pictures: (count: string, isOne: boolean) =>
      `${count} ${isOne ? 'picture on the bill is' : 'pictures on the bill are'} not Peel’s.`,
    more_unknown: 'Something on the bill is not Peel’s.',
    price_differs: 'A price is not as the ledger has it.',
    fewer_pictures: 'The bill has less than was drawn.',
    unknown_charged: 'A picture that never came was charged.',
    unknown_not_charged: 'What was counted in doubt was not charged.',
    error_not_charged: 'The provider does not charge its own errors.',
    day_boundary: 'The months begin at different hours.',
  },
  more: {
    noBill: 'No bill yet. Add one when it comes.',
    demo: 'A bill comes with a provider’s key.',
    compared: (month: string, providers: string) => `${month}, Peel’s ledger beside what ${providers} charges.`,
  },
  month: 'Month',
  csv: 'CSV',
  columns: {
    ...{ model: 'Model, size', pictures: 'Pictures', ledger: 'Ledger', bill: 'Bill', difference: 'Difference' },
    why: 'Why',
  },
  onePicture: 'picture',
  caption: (provider: string, month: string) => `${provider} in ${month}`,
  allSizes: 'all sizes',
  unsized: 'no size',
  noBill: 'no bill',
  billPictures: (count: string) => `bill: ${count}`,
  paste: 'Paste its bill',
  replace: 'Replace',
  remove: 'Forget',
  removeQuestion: (provider: string, month: string) => ({
    title: `Forget ${provider}’s bill of ${month}?`,
    text: 'The ledger stays as it is. The bill can be pasted again.',
    yes: 'Forget it',
    no: 'Keep it',
  }),
  removed: 'Forgotten.',
  notRemoved: (why: string) => `Not forgotten. ${why}`,
  read: (lines: string, days: string, currency: string) => `Bill read: ${lines}, ${days}${currency}`,
  leftOut: (lines: string, sum: string) => `${lines} left out, ${sum}`,
  all: (month: string) => `All of ${month}`,
  exact: 'as on the Overview, to the micro-dollar',
  playMoney: 'play money',
  unread: (sites: string) => `${sites} did not answer. What they have drawn is in no sum here.`,
  empty: (month: string) => `The ledger has nothing of ${month}.`,
  again: 'Try again',
  badMonth: 'No such month. Months are written as 2026-11.',
};

/** Each says what it is and, where something is to do, what. @param count Pictures. */
export const WHY: Readonly<
  Record<BillDifference, (facts: { count: string; ledgerPrice: string; billPrice: string; provider: string }) => string>
> = {
  unknown_not_charged: ({ count, provider }) =>
    `${count} of unknown outcome counted at its hold; ${provider} did not charge it.`,
  unknown_charged: ({ count, provider }) => `${count} of unknown outcome: ${provider} charged it.`,
  error_not_charged: ({ provider }) => `${provider} does not charge its own error or refusal; the ledger counted it.`,
  more_pictures: ({ count }) => `${count} more than the ledger asked for. A key used elsewhere looks like this.`,
  fewer_pictures: ({ count }) => `${count} fewer than the ledger has.`,
  price_differs: ({ ledgerPrice, billPrice }) =>
    `Price differs: ledger ${ledgerPrice}, bill ${billPrice} a picture. Correct the table.`,
  day_boundary: () => 'Pictures of the month’s edge: the provider’s days begin at another hour.',
};

export const WHY_DOORS: Readonly<Partial<Record<BillDifference, { label: string; address: string }>>> = {
  more_pictures: { label: 'What to do', address: '/docs/bills#more-pictures-than-the-ledger' },
  price_differs: { label: 'Correct it', address: '/peel/admin/keys#prices' },
};

export const picturesOf = (count: string, isOne: boolean): string => `${count} ${isOne ? 'picture' : 'pictures'}`;

export const ADD_BILL = {
  title: 'Add a bill',
  text: 'Paste the lines, or drop a CSV. You see what was read before it is kept in your worker’s ledger.',
  provider: 'Whose bill',
  ofLines: 'the lines say so',
  lines: 'Lines of the bill',
  placeholder: 'SKU, usage, cost…',
  file: 'Choose a file',
  readIt: 'Read it',
  keep: 'Keep and compare',
  reading: 'Reading…',
  where:
    'Google: Billing › Reports › group by SKU › Download CSV. fal: Usage › Export. APIYI: Logs › Export. Any table with the columns model, pictures and amount will do.',
  whereDoor: { label: 'Where, for each provider', address: '/docs/bills' },
  read: (lines: string, days: string, currency: string, sum: string) => `Read ${lines}${days}, ${currency}: ${sum}.`,
  replaces: 'It takes the place of the bill that is there.',
  linesOf: (count: string, isOne: boolean) => `${count} ${isOne ? 'line' : 'lines'}`,
  days: (from: string, to: string) => `, ${from} to ${to}`,
  leftOut: (lines: string, isOne: boolean, sum: string) =>
    `${lines} ${isOne ? 'is' : 'are'} not this month’s pictures and left out, ${sum}:`,
  otherMonth: 'another month',
  moreLines: (lines: string) => `and ${lines} more`,
  problem: (line: string, rule: string) => `Line ${line} ${rule}:`,
  rate: (currency: string) => `Dollars for one ${currency}`,
  rateHint: 'The bill is in another currency. The rate is kept with it.',
  badRate: 'A number above 0, such as 1.08.',
  nothing: 'Paste the lines first.',
  noPictures: 'No line of it is about pictures of this month.',
  kept: 'Kept. Ledger and bill stand side by side.',
  tooLarge: 'A bill has at most 1 MB. Group it by SKU or by day.',
  notText: 'This file is no text.',
};

export const DAYS_NOTE = {
  title: 'Before you compare days',
  text: 'Peel’s day ends at midnight UTC, Google’s in California, seven or eight hours later. Whole months differ by those hours at each end; pictures of the first days are taken into account.',
};

export const MONTHS = { title: 'Months', noBill: 'no bill' };
