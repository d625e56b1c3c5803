/** What the page Set-up says. */
import type { StepName } from '../../../worker/desk-protocol.ts';
import { DASHBOARD } from './shell.ts';

const AI_STUDIO = 'https://aistudio.google.com/apikey';

export const SETUP = {
  name: 'Set-up',
  answer: (left: string, isOne: boolean, isDemo: boolean) =>
    `It runs. ${left} ${isOne ? 'step' : 'steps'} until it draws ${isDemo ? 'for your visitors' : 'on your page'}.`,
  broken: (binding: string) => `${binding} does not answer.`,
  done: (origin: string, time: string, cost: string, wait: string) =>
    `It works. First picture on ${origin} at ${time}: ${cost}${wait}.`,
  wait: (seconds: string) => `, ${seconds}`,
  more: 'About ten minutes. Each step is ticked by the worker itself, when it sees that it is so.',
  moreDone: 'Each step stays here, ticked. The Overview tells the rest.',
  steps: 'Steps',
  isDone: 'Done',
  isOpen: 'Next',
  again: 'Try again',
  looking: 'Looking every 5 s',
  titles: {
    runs: 'The worker runs',
    drawn: 'A picture was drawn',
    key: 'Give it a provider key',
    page: 'Name your page',
    money: 'Say what it may spend',
    check: 'Choose the bot check',
    adults: 'Say who it is for',
    live: 'Put it on your page',
  } satisfies Record<StepName, string>,
  notSaved: (why: string) => `Not saved. ${why}`,
  conflict: 'Changed in another window meanwhile. Look, and try again.',
  saved: 'Saved. In force within a minute.',
};

export const STEPS = {
  runs: {
    done: (version: string, ms: string) =>
      `Storage, limits, ledger and picture sizes all answer. Version ${version}, in ${ms} ms.`,
    broken: (bindings: string, problem: string) => `No answer from ${bindings}: ${problem}`,
    todo: 'Look at the bindings of this worker in Cloudflare’s dashboard. It looks again every 5 s.',
  },
  drawn: {
    done: (time: string, cost: string, isDemo: boolean) =>
      isDemo
        ? `At ${time}, by the demo, ${cost}. Everything but the drawing is the real thing: ledger, limits, storage, this page.`
        : `At ${time}, ${cost}.`,
    playMoney: 'play money',
    todo: 'The demo draws without a key, for play money.',
    paid: (cost: string) => `With your key it is one picture${cost} of real money.`,
    cost: (dollars: string) => `, about $${dollars},`,
    draw: 'Draw one',
  },
  key: {
    make: 'Make one at ',
    studio: 'Google AI Studio',
    studioAddress: AI_STUDIO,
    billing: ', in a project with billing: without it Google draws no pictures. ',
    inFolder: 'Then, in the project’s folder:',
    inFile: (file: string) => `Write it into ${file} in the project’s folder, and restart:`,
    exampleKey: 'your-key',
    command: 'npm run setup -- --key',
    phone: 'A terminal needs a computer. From a phone, take Cloudflare’s dashboard.',
    after: 'It checks the key with one free call and stores it in the worker. It never comes to this page.',
    byHand: 'By hand, or in Cloudflare’s dashboard',
    handText: 'Two secrets belong together. Set them in this order: with a key and without the other the worker stops.',
    secret: 'PEEL_SECRET signs visitors’ tickets. This value was made in your browser just now, and is stored nowhere:',
    google: 'GOOGLE_API_KEYS is the key:',
    dashboard: 'Without a terminal, add the same two as secrets in ',
    dashboardName: 'Cloudflare’s dashboard',
    dashboardAddress: DASHBOARD,
    refused: (provider: string, http: string) => `Set, but ${provider} refuses it${http}. Copied whole?`,
    http: (status: string) => ` (HTTP ${status})`,
    other: 'What it said, and what to do, is on the page',
    keys: 'Keys',
    unclear: (provider: string, tag: string) =>
      `${provider}’s key ${tag} is set, and could not be checked: ${provider} gave no clear answer. It is asked again each minute.`,
    done: (provider: string, tag: string) =>
      `${provider} takes it. It is told by ${tag}, the first digits of its SHA-256.`,
    unasked: (provider: string, tag: string) =>
      `${provider}’s key ${tag} is set. It has no free call, so the next picture shows whether it works.`,
  },
  page: {
    label: 'Address of your page',
    hint: 'The address up to the first slash, as the browser shows it. With and without www are two.',
    add: 'Add',
    empty: 'Write the address, such as https://tidewater.example.',
    taken: (origin: string) => `Taken as ${origin}: an address as browsers write it, up to the first slash.`,
    saved: 'Saved pages',
    draws: 'may draw',
    local: 'may draw, for you alone: nobody else can open that address',
    waits: 'This step waits for the page that your visitors open.',
    refused: (origin: string, times: string) => `${origin} asked ${times} today and was refused. Yours?`,
    times: (count: string, isOne: boolean) => (isOne ? 'once' : `${count} times`),
    undo: 'Undo',
    allow: 'Allow it',
  },
  money: {
    day: 'Dollars a day',
    month: 'Dollars a month',
    save: 'Save',
    bad: 'A number above 0, such as 5.',
    pictures: (count: string, model: string) => `About ${count} pictures a day with ${model}`,
    monthFirst: (month: string, day: string) => `, until the month’s ${month} are used on day ${day}`,
    wall: '. No spending goes past either cap.',
    noPrice: 'No spending goes past either cap.',
    done: (day: string, month: string) => `This site: ${day} a day, ${month} a month.`,
    ofSite: 'What this site may spend:',
    all: (day: string, month: string) => `All sites together: ${day} a day, ${month} a month.`,
    change: 'Change it',
    changeText: 'This cap is above those of the sites. It is a variable of the worker:',
  },
  check: {
    works: 'works as it is',
    pow: 'Proof of work is on and needs nothing.',
    turnstile: 'Turnstile is on.',
    silent: 'Where it does not answer, compare its secret key with Cloudflare’s, and set it anew:',
    quieter: 'Turnstile is quieter for visitors and takes two values from Cloudflare.',
    setUp: 'Set it up',
    none: 'None: any script that copies your page’s address can spend your day’s money.',
    usePow: 'Use proof of work',
    test: 'These are Cloudflare’s test keys; they let everybody through.',
  },
  adults: {
    tick: 'My page is not aimed at people under 18.',
    terms: 'Google’s terms ask for it.',
    done: 'Your page is not aimed at people under 18.',
    draws: 'The site already draws with your key, without your word on this. ADULTS_DECLARED=yes gives it too.',
  },
  live: {
    lines: { waiting: 'Waiting for a visit', shown: '', done: '' },
    shown: (origin: string, time: string) => `${origin} showed the element at ${time}`,
    on: 'On Shopify, WordPress, Wix, Squarespace, Webflow or React the tag differs a little:',
    look: 'the right one, and its look',
    done: (origin: string, time: string) => `First picture on ${origin}, ${time} UTC.`,
    ends: 'This step is done when the first real picture has been drawn there.',
    trouble: 'No visit after ten minutes?',
    troubles: [
      'Some site builders strip scripts or unknown tags. The builder has a form for each that survives.',
      'A Content-Security-Policy must allow this address in script-src, connect-src and img-src.',
      'Caches may send yesterday’s page: open it in a private window.',
    ],
  },
};

export const BESIDE = {
  visitors: 'Your visitors get this',
  draw: 'Draw',
  drawText: 'The builder shows the element as your page will, and draws with it.',
  none: 'Nothing was drawn yet.',
  alt: 'The last picture that was drawn',
  today: 'Today',
  overview: 'Overview',
  of: (cap: string) => `of ${cap}, the day’s cap of all sites together`,
  counts: (made: string, free: string, refused: string) =>
    `${made === '1' ? '1 picture' : `${made} pictures`}, ${free} answered free, ${refused} refused.`,
  whenDone: 'When all is done',
  whenDoneText:
    'This page stays, all ticked. The demo’s rows stay in the ledger, marked as play money, and never count against a cap.',
  next: 'What now',
  nextDoors: [
    { label: 'Set an alarm', address: '/peel/admin/alarms' },
    { label: 'Choose its look', address: '/build' },
    { label: 'Log in with your company account', address: '/docs/admin#who-is-the-owner' },
  ],
};
