/** What the Overview says. */

export const ANSWERS = {
  paused: (since: string) => `Everything is paused since ${since}.`,
  pausedNow: 'Everything is paused.',
  broken: 'Nothing is being drawn: no provider key works.',
  spentDay: 'Spent for today. New pictures from 00:00 UTC.',
  spentMonth: (day: string) => `Spent for this month. New pictures from ${day}.`,
  look: (count: string, isOne: boolean) => `Every cap holds. ${count} ${isOne ? 'thing needs' : 'things need'} a look.`,
  empty: 'No picture yet today.',
  quiet: (spent: string, cap: string) => `All quiet. ${spent} of ${cap} today.`,
  quietDemo: (spent: string, cap: string) => `All quiet. ${spent} of ${cap} in play money today.`,
};

export const LEADS = {
  pausedFinishing: (pictures: string) =>
    `${pictures} that had started ${pictures === 'One picture' ? 'is' : 'are'} being finished; after that nothing is spent.`,
  pausedIdle: 'Nothing is being made and nothing is spent.',
  paused: 'Kept pictures go on. It stays so until you resume.',
  picture: (count: number) => (count === 1 ? 'One picture' : `${count} pictures`),
  isUnheard: (sites: string, isOne: boolean) =>
    `${sites} ${isOne ? 'has' : 'have'} not heard it yet, and is told until it has.`,
  noPages: 'No page has shown the element today.',
  pages: (pages: string) => `Your pages: ${pages}.`,
  page: (origin: string, time: string) => `${origin}, last seen ${time} UTC`,
};

export const MONEY = {
  today: 'Today',
  of: (cap: string) => `of ${cap}`,
  play: 'play money',
  anew: (wait: string, own: string) => `starts anew in ${wait}${own}`,
  own: (time: string) => ` · ${time} your time`,
  daysOf: (day: number, days: number) => `${day} of ${days} days`,
  midnight: 'By midnight',
  monthEnd: (day: string) => `By ${day}`,
};

export const NEEDS = {
  title: 'What needs you',
  more: (count: number) => `and ${count} more`,
};

export const FIGURES = {
  title: 'Today in figures',
  made: 'Pictures made',
  usual: (weekday: string, count: string) => `usual ${weekday} by now: ${count}`,
  noUsual: 'too early to say what is usual',
  free: 'Answered free',
  freeOf: (kept: string, joined: string, saved: string) => `${kept} kept, ${joined} joined a run · saved ≈ ${saved}`,
  refused: 'Refused',
  refusedOf: 'none was charged · counted within a minute',
  declined: (count: string) => `${count} more by the model`,
  wait: 'Wait for a new one',
  waitOf: (within: string) => `${within} within 30 s`,
  noWait: 'no new picture yet',
  unknown: 'Unknown outcome',
  unknownOf: (money: string) => `${money} counted as spent`,
  unknownNone: 'every call was answered',
};

export const SITES = {
  title: 'Sites and clients today',
  order: 'nearest to its cap first',
  site: 'Site',
  spent: 'Spent of its cap',
  pictures: 'Pictures',
  free: 'Free',
  refused: 'Refused',
  wait: 'Wait',
  state: 'State',
  amount: 'Spent',
  action: 'Action',
  all: 'All',
  client: 'client',
  clientOf: (site: string) => `counted in ${site}`,
  near: (share: string) => `${share} of cap`,
  states: {
    live: 'Live',
    paused: 'Paused',
    spent: 'Spent',
    broken: 'Rules broken',
    deleted: 'Deleted',
    all: 'With all',
  },
  pause: 'Pause',
  resume: 'Resume',
  pauseOf: (site: string) => `Pause ${site}`,
  resumeOf: (site: string) => `Resume ${site}`,
  paused: (site: string) => `${site} is paused. In force within 5 s; kept pictures go on.`,
  resumed: (site: string) => `${site} goes on. In force within 5 s.`,
  failed: (site: string, why: string) => `${site} is as it was. ${why}`,
  unread: (sites: string) => `The ledger of ${sites} does not answer. Its figures are in none of these sums.`,
  units: { pictures: 'pictures', picture: 'picture', free: 'free', refused: 'refused', wait: 'wait' },
};

export const DAYS = {
  titles: {
    spend: 'Spent by day, last 30 days',
    pictures: 'Pictures by day, last 30 days',
    free: 'Answered free by day, last 30 days',
    refused: 'Refused by day, last 30 days',
    errors: 'Errors of providers and of Peel by day, last 30 days',
    wait: 'Wait for a new one by day, last 30 days',
  },
  show: 'Show',
  shows: { spend: 'Spend', pictures: 'Pictures', free: 'Free', refused: 'Refused', errors: 'Errors', wait: 'Wait' },
  by: 'Split',
  bys: { model: 'by model', size: 'by size', site: 'by site', provider: 'by provider' },
  kept: 'kept',
  joined: 'joined a run',
  median: 'median wait',
  csv: 'CSV',
  none: 'Nothing in the last 30 days.',
  failed: (why: string) => `The days could not be read. ${why}`,
  hours: 'Today by hour',
  hoursShow: 'Show today by hour',
  hoursHide: 'Hide the hours',
  hour: 'Hour (UTC)',
  spent: 'Spent',
};

export const REFUSED = {
  title: 'Refused today, and why',
  none: 'Nothing was refused today.',
  byDay: 'by day',
  errors: (count: string, isOne: boolean) =>
    `${isOne ? 'One request' : `${count} requests`} met an error of a provider or of Peel besides.`,
  errorsByDay: 'Errors by day',
  asked: (count: number) => (count === 1 ? 'asked once' : `asked ${count} times`),
  yours: 'Yours?',
};

export const WAITS = {
  title: 'How long new pictures took',
  today: (count: string) => `${count} today`,
  none: 'No new picture yet today.',
  upto: (time: string) => `to ${time}`,
  longer: 'longer',
};

export const HELD = {
  title: 'Money held now',
  none: 'No picture is being made. Money is held while one is; what is not used goes back.',
  some: (pictures: number, each: string) =>
    pictures === 1
      ? `1 picture is being made, ${each} held for it`
      : `${pictures} pictures are being made, about ${each} held for each`,
  oldest: (time: string) => `the oldest for ${time}`,
  back: (time: string) => `What is not used goes back when it is done, at the latest in ${time}.`,
  backSoon: 'What is not used goes back when it is done.',
};

export const LAST = {
  title: 'Last pictures',
  all: 'All pictures',
  none: 'No picture yet.',
  alt: (time: string, site: string, cost: string) => `Made at ${time} on ${site} for ${cost}`,
  deleted: (time: string) => `Deleted ${time}`,
};

export const NEWS = {
  still: 'Still asking the ledger',
  failed: (why: string) => `The figures could not be read. ${why}`,
  again: 'Try again',
};
