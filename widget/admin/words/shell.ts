/** What the desk says around its pages. */

/** Cloudflare's list of workers. It asks which account is meant. */
export const DASHBOARD = 'https://dash.cloudflare.com/?to=/:account/workers-and-pages';

export const SHELL = {
  skipToContent: 'To the content',
  rail: 'Pages of the desk',
  help: 'Help',
  logOut: 'Log out',
  more: 'More',
  closeMenu: 'Close',
  openAlarms: (count: number) => (count === 1 ? '1 open' : `${count} open`),
  stepsLeft: (count: number) => (count === 1 ? '1 step left' : `${count} steps left`),
  asking: 'Asking this deployment…',
  noAnswer: 'This deployment does not answer.',
  tooFast: 'The desk was asked too often at once.',
  tooFastText: (why: string) => `${why} It asks again by itself, and pictures go on meanwhile.`,
  again: 'Try again',
  notLoaded: 'This page could not be loaded.',
  notLoadedWhy: 'The desk may have been updated meanwhile. Load it again.',
  load: 'Load it again',
  missingName: 'Not found',
  missing: 'The desk has no page at this address.',
  missingGo: 'To the overview',
  asksStill: 'Still asking.',
  demo: 'Demo: play money, and pictures that Peel draws itself.',
  demoGo: 'What is missing',
  leave: {
    title: 'Leave without saving?',
    text: 'What you changed on this page is not saved yet.',
    yes: 'Leave',
    no: 'Stay',
  },
};

export const HEADER = {
  updated: (ago: string) => `updated ${ago} ago`,
  noNews: (since: string) => `No news since ${since}. Figures below are of then.`,
  noNewsYet: 'No news yet. Figures come when the ledger answers.',
  states: {
    unknown: 'State not known',
    live: 'Spending allowed',
    demo: 'Demo draws',
    spent: 'Spent for today',
    broken: 'Nothing is being drawn',
  },
  pausedFor: (time: string) => `Paused for ${time}`,
  paused: 'Paused',
  pauseAll: 'Pause all',
  resume: 'Resume',
  pausedNow: 'Paused. In force within 5 s; kept pictures go on.',
  resumedNow: 'Resumed. In force within 5 s.',
  unheard: (sites: string) => `Not heard yet by ${sites}; they are told until they have.`,
  notPaused: (why: string) => `Not paused. ${why}`,
  notResumed: (why: string) => `Not resumed. ${why}`,
};

export const LOGIN = {
  title: (host: string) => `Your desk at ${host}`,
  field: 'Admin token',
  submit: 'Log in',
  hint: ['It was shown once by ', '. Lost? ', ' sets a new one and logs everybody out.'],
  setup: 'npm run setup',
  secret: 'npx wrangler secret put ADMIN_TOKEN',
  /** On the owner's machine. */
  local: [' prints it at each start. For one of your own, write ', ' into ', ' and restart.'],
  start: 'npm start',
  line: 'ADMIN_TOKEN=…',
  empty: 'Type the admin token.',
  wrong: 'That is not the token.',
  locked: (time: string) => `Too many tries. Again in ${time}.`,
  unlocked: 'You can try again.',
  ended: 'Your session has ended. Log in to go on; what you typed is still here.',
  missing: 'This deployment has no desk yet.',
  missingText: 'It needs an admin token: 22 characters or more from your password manager. Store it with',
  missingOr: 'or, without a terminal, as a secret of this worker in',
  dashboard: 'Cloudflare’s dashboard',
  dashboardAddress: DASHBOARD,
  missingThen: 'The desk opens about a minute later.',
};

export const PROBLEM = {
  noAnswer: 'No answer from the worker. Look at your connection and try again.',
  slow: 'No answer in 20 s. Try again.',
  access: 'Your company log-in has ended. Load this page again.',
  tooFast: (time: string) => `Too many requests at once. Again in ${time}.`,
  still: 'Still asking the ledger',
  again: 'Try again',
};

export const QUESTION = {
  type: (word: string) => `Type “${word}” to go on`,
  mistyped: (word: string) => `This is not “${word}”.`,
};

export const TOASTS = {
  region: 'Messages',
  close: 'Close',
};
