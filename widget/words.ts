import type { Refusal, RefusalReason } from './api/model.ts';
import type { Action, Charged, Reason } from './api/reasons.ts';
import type { ShapeName } from './ratios.ts';

/** A message for the visitor: what happened, and what to do now. */
export interface Message {
  title: string;
  text: string;
}

/** Every text of the widget in one language. A translation is another value of this type. */
export interface Words {
  /** BCP 47, for numbers and times. */
  lang: string;
  label: string;
  placeholder: string;
  generate: string;
  cancel: string;
  ideas: string;
  keys: Record<'enter' | 'mod-enter', string>;
  useIdea(idea: string): string;
  emptyPrompt: string;
  charactersLeft(count: number): string;
  tooLong(maximum: number): string;

  settings: string;
  settingsLoading: string;
  settingsMissing: string;
  about(seconds: number): string;
  model: string;
  size: string;
  sizeName(size: string): string;
  shape: string;
  shapes: Record<ShapeName | 'auto', string>;
  shapeName(name: string, width: number, height: number): string;
  shapesMissing(model: string, ratios: string[]): string;
  thinking: string;
  thinkingDefault: string;
  thinkingLevels: Record<string, string>;

  result: string;
  goToResult: string;
  empty: string;
  started(usual: string | undefined): string;
  usual(from: number, to: number): string;
  elapsed(seconds: number, usual: string | undefined): string;
  slow: string;
  long: string;
  preview: string;
  previewReady: string;
  opening: string;
  ready(width: number, height: number): string;
  pixels(width: number, height: number): string;
  took(seconds: number): string;
  fromBefore: string;
  alt(prompt: string): string;
  badge: string;
  disclosure: string;
  download: string;
  downloadFailed: Message;
  copy: string;
  copied: string;
  copyFailed: Message;
  take: string;

  retry: string;
  dismiss: string;
  stopped: string;
  stoppedUnsent: string;
  backOnline: string;
  limitOver: string;
  readyIn(seconds: number): string;
  opensAt(when: string): string;
  requestId: string;
  modelSaid: string;
  charged: Record<Charged, string>;
  /** What the next step costs: by button, for either of the two, or for any that starts a new paid attempt. */
  next: Record<Action | 'either' | 'anew', string>;
  refusalCost: Record<Refusal['charged'], string>;
  refusals: Record<RefusalReason, Message>;
  reasons: Record<Reason, Message>;
}

const OWNER = 'The owner of this page can put it right.';
const say = (title: string, text: string): Message => ({ title, text });

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const ENGLISH: Words = {
  lang: 'en',
  label: 'Describe your picture',
  placeholder: 'A lighthouse at dusk, cut from coloured paper',
  generate: 'Generate',
  cancel: 'Cancel',
  ideas: 'Ideas',
  keys: { enter: 'Enter to generate, Shift+Enter for a new line.', 'mod-enter': 'Ctrl+Enter or ⌘+Enter to generate.' },
  useIdea: (idea) => `Use the idea: ${idea}`,
  emptyPrompt: 'Describe a picture first.',
  charactersLeft: (count) => plural(count, 'character left', 'characters left'),
  tooLong: (maximum) => `Please use at most ${maximum} characters.`,

  settings: 'Settings',
  settingsLoading: 'Loading settings',
  settingsMissing: 'Settings are not available',
  about: (seconds) => `about ${seconds} s`,
  model: 'Model',
  size: 'Size',
  sizeName: (size) => (size === '512' ? '512 pixels' : size),
  shape: 'Shape',
  shapes: {
    auto: 'Auto',
    square: 'Square',
    landscape: 'Landscape',
    wide: 'Wide',
    ultrawide: 'Ultrawide',
    panorama: 'Panorama',
    longPanorama: 'Long panorama',
    portrait: 'Portrait',
    tall: 'Tall',
    banner: 'Banner',
    ribbon: 'Ribbon',
  },
  shapeName: (name, width, height) => `${name}, ${width} to ${height}`,
  shapesMissing: (model, ratios) => `${model} does not draw ${ratios.join(', ')}.`,
  thinking: 'Thinking',
  thinkingDefault: 'As usual',
  thinkingLevels: { minimal: 'Short', low: 'Short', medium: 'Medium', high: 'Long' },

  result: 'Result',
  goToResult: 'Go to the result',
  empty: 'Your picture appears here.',
  started: (usual) => `Generating your picture.${usual ? ` It takes ${usual}.` : ''}`,
  usual: (from, to) => `usually ${from} to ${to} s`,
  elapsed: (seconds, usual) => `${seconds} s${usual ? `, ${usual}` : ''}`,
  slow: 'This takes longer than usual.',
  long: 'You can leave: the picture will be kept. Ask again to collect it.',
  preview: 'Thinking, not final',
  previewReady: 'A preview of what the model thinks is available.',
  opening: 'Opening the picture',
  ready: (width, height) => `Image ready. ${width} by ${height} pixels.`,
  pixels: (width, height) => `${width} × ${height}`,
  took: (seconds) => `${seconds} s`,
  fromBefore: 'kept from before, nothing charged',
  alt: (prompt) => `Generated image: ${prompt}`,
  badge: 'AI-generated',
  disclosure: 'Pictures are made by AI and carry an invisible watermark that says so.',
  download: 'Download',
  downloadFailed: say('The download did not work', 'The picture could not be fetched. Try again in a moment.'),
  copy: 'Copy',
  copied: 'Picture copied.',
  copyFailed: say('Copying did not work', 'This browser did not allow it. You can download the picture instead.'),
  take: 'Another take',

  retry: 'Try again',
  dismiss: 'Close',
  stopped: 'Stopped. If the picture was already being made it will be kept: ask again to collect it.',
  stoppedUnsent: 'Stopped before anything was sent. Nothing was charged.',
  backOnline: 'You are online again. Generate when you are ready.',
  limitOver: 'You can generate again.',
  readyIn: (seconds) => `Ready again in ${clock(seconds)}`,
  opensAt: (when) => `Opens again: ${when}.`,
  requestId: 'Request',
  modelSaid: 'The model answered:',
  charged: {
    no: 'Nothing was charged.',
    maybe: 'It may have been charged.',
  },
  next: {
    retry: 'Trying again does not charge it twice.',
    take: 'The new one is charged too.',
    either: 'Trying again costs nothing more; another take does.',
    anew: 'A new attempt may be charged too.',
  },
  refusalCost: {
    no: 'No picture was charged, but the try counts towards today’s limit.',
    maybe: 'It may have been charged, and the try counts towards today’s limit.',
    yes: 'The picture was charged, and the try counts towards today’s limit.',
  },

  refusals: {
    'prompt-blocked': say(
      'This description was not accepted',
      'It touches on something the model may not draw. Change the wording and try again.',
    ),
    'picture-blocked': say(
      'This picture was held back',
      'What came out was not allowed to be shown. Describe the scene differently and try again.',
    ),
    'too-similar': say(
      'Too close to an existing work',
      'Describe it in your own words, without naming a work or an artist.',
    ),
    language: say('This language is not supported', 'Describe the picture in another language.'),
    'cut-short': say('The model ran out of room', 'Ask for something simpler, or a smaller size.'),
    'no-picture': say('The model did not draw', 'Say what should be in the picture, rather than asking a question.'),
    unknown: say('No picture came of it', 'The model gave no reason. Change the description a little and try again.'),
  },

  reasons: {
    INVALID_FIELD: say('The model did not take this request', 'Change the description or the settings and try again.'),
    UNKNOWN_FIELD: say('This page and its service do not fit together', OWNER),
    UNSUPPORTED_VALUE: say('This model cannot do that', 'Choose another size, shape or model in the settings.'),
    URI_NOT_ALLOWED: say('A picture could not be used', 'It is not known to this service. Add it again.'),
    PROOF_INVALID: say('The check did not go through', 'Try again. If it goes on, reload the page.'),
    TICKET_MISSING: say('Your visit could not be confirmed', 'Try again. If it goes on, reload the page.'),
    TICKET_EXPIRED: say('Your visit has timed out', 'Try again. If it goes on, reload the page.'),
    TICKET_MISMATCH: say(
      'Your visit could not be confirmed',
      'Your network may have changed. Try again, or reload the page.',
    ),
    KEY_INVALID: say('This page is not set up yet', `Its key is not valid. ${OWNER}`),
    ORIGIN_DENIED: say(
      'This page is not set up yet',
      `Its address is not among those that may make pictures here. ${OWNER}`,
    ),
    MODEL_NOT_ALLOWED: say('This model is not offered here', 'Choose another one in the settings.'),
    NOT_FOUND: say('This model is not available', 'Choose another one in the settings.'),
    SITE_UNKNOWN: say('This page is not set up yet', `Its name is not known to the service. ${OWNER}`),
    METHOD_NOT_ALLOWED: say('This page and its service do not fit together', OWNER),
    BODY_TIMEOUT: say('Your connection was too slow', 'Try again, with fewer or smaller pictures.'),
    BODY_TOO_LARGE: say('This is too much at once', 'Use a shorter description or fewer pictures.'),
    TYPE_NOT_ALLOWED: say('This kind of file cannot be used', 'Use a PNG, JPEG or WebP picture.'),
    BURST: say('One moment', 'There were many requests at once.'),
    VISITOR_MINUTE: say('One moment', 'You have made your pictures for this minute.'),
    VISITOR_DAY: say('That was your last picture for today', 'You have used all your pictures of the day.'),
    VISITOR_ATTEMPTS: say('One moment', 'You have tried many times. Wait a little before the next one.'),
    SESSION_SPENT: say('That was the last picture of this visit', 'You have used all its pictures.'),
    SITE_MINUTE: say('It is busy here', 'Many people are making pictures right now.'),
    CLIENT_LIMIT: say('It is busy here', 'This page has reached its limit for now.'),
    DAILY_BUDGET_SPENT: say(
      'Closed for today',
      'The pictures of this page are used up for today. A smaller size may still fit.',
    ),
    MONTHLY_BUDGET_SPENT: say(
      'Closed for this month',
      'The pictures of this page are used up for the month. A smaller size may still fit.',
    ),
    DEPLOYMENT_BUDGET_SPENT: say('Closed for now', 'All pictures are used up for now. A smaller size may still fit.'),
    BUDGET_HELD: say('One moment', 'The last pictures of the day are being made. If one is not used, it can be yours.'),
    UPSTREAM_QUOTA: say('The model is busy', 'It asked us to wait a little.'),
    OUTCOME_UNKNOWN: say(
      'It is not known whether this picture was made',
      'The same request has to wait for an hour. Another take makes a new picture now.',
    ),
    UPSTREAM_BROKEN: say('The model gave an answer that cannot be used', 'Try again in a moment.'),
    BUSY: say('It is busy here', 'Many pictures are on their way. Try again in a moment.'),
    SITE_PAUSED: say(
      'Closed for now',
      'The owner of this page has paused new pictures. Those already made stay available.',
    ),
    CONFIG_BROKEN: say('This page is not set up yet', OWNER),
    PRICE_UNKNOWN: say('This model is not offered here yet', 'Choose another one in the settings.'),
    UPSTREAM_UNAVAILABLE: say('The model is not available right now', 'Try again in a little while.'),
    DEADLINE: say('This took too long', 'Try again: if the picture was finished meanwhile, you get it.'),
    OFFLINE: say('You are offline', 'Your description is kept. Try again when you are connected.'),
    UNREACHABLE: say(
      'The service cannot be reached',
      'Check your connection, then try again. A blocker may be in the way.',
    ),
    CONNECTION_LOST: say(
      'The connection was lost',
      'If your picture was being made, it is kept: try again to collect it.',
    ),
    ANSWER_UNREADABLE: say(
      'The answer could not be read',
      'Try again. If it goes on, the owner of this page should know.',
    ),
    PICTURE_UNREACHABLE: say(
      'The picture is made, but did not load',
      'Try again to open it. If it does not open, ask for another take.',
    ),
  },
};

function clock(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
