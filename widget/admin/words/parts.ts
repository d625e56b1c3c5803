/** What the shared parts of the pages say. */

export const RULER = {
  spent: (money: string) => `Spent ${money}`,
  held: (money: string, pictures?: number) => {
    if (pictures === undefined) return `Held ${money}`;
    return `Held for ${pictures === 1 ? '1 picture' : `${pictures} pictures`} ${money}`;
  },
  owed: (money: string) => `Owed by days before ${money}`,
  expected: (end: string, money: string) => `${end} about ${money}`,
  /** By another reckoning than an alarm's, which is written once and goes by the average. */
  reached: (when: string) => `By recent hours and weekdays, at the cap ${when}`,
  atTime: (time: string) => `at about ${time} UTC`,
  onDay: (day: string) => `on about ${day}`,
  early: (end: string) => `${end}: too early to say`,
  cap: (money: string) => `Cap ${money}`,
  share: (share: string) => `${share} of cap`,
  noCap: 'No cap',
};

export const TABLE = {
  csv: 'CSV',
  total: 'All',
};

export const CHART = {
  showTable: 'Show the table',
  hideTable: 'Hide the table',
  keys: 'Left and right arrows go from day to day.',
  today: 'Today',
  others: 'others',
  rest: 'rest of today, at this pace',
  capAbove: (cap: string) => `The cap, ${cap}, is above this scale.`,
  cap: (cap: string) => `Cap ${cap}`,
  name: (what: string, from: string, to: string, highest: string, lowest: string) =>
    `${what}, ${from} to ${to}. Highest: ${highest}. Lowest: ${lowest}.`,
  day: 'Day',
  total: 'All',
};
