/** Refusals as their owner reads them. The code beside each is what logs, API and documentation say. */

export interface RefusalWords {
  title: string;
  text: string;
}

const money = (text: string): RefusalWords => ({ title: 'Cap reached', text });
const malformed: RefusalWords = {
  title: 'Request not understood',
  text: 'The answer named the field and the accepted values.',
};
const ticket: RefusalWords = { title: 'Stale ticket', text: 'The element gets a new one by itself.' };

export const REFUSALS: Readonly<Record<string, RefusalWords>> = {
  VISITOR_MINUTE: { title: 'Too fast', text: 'Too many pictures a minute. The visitor saw a countdown.' },
  VISITOR_DAY: { title: 'Day’s pictures used up', text: 'The visitor has had all of the day.' },
  VISITOR_ATTEMPTS: { title: 'Too many attempts', text: 'One address tried too often, with or without a picture.' },
  SESSION_SPENT: { title: 'Day’s pictures used up', text: 'The pictures of one ticket are used up.' },
  SITE_MINUTE: { title: 'Too many at once', text: 'All visitors together have used up the minute.' },
  BURST: { title: 'Burst', text: 'More than 30 requests in 10 s from one address.' },
  CLIENT_LIMIT: { title: 'Client’s limit', text: 'A client key has used up its minute or its own dollars.' },
  ORIGIN_DENIED: { title: 'Page not on a list', text: 'A page asked that no site names.' },
  PROOF_INVALID: { title: 'Bot check not passed', text: 'Scripts, mostly.' },
  TICKET_MISSING: ticket,
  TICKET_EXPIRED: ticket,
  TICKET_MISMATCH: ticket,
  KEY_INVALID: { title: 'Unknown key', text: 'A client key that does not exist, or has ended.' },
  DAILY_BUDGET_SPENT: money('The site’s dollars of the day are spent.'),
  MONTHLY_BUDGET_SPENT: money('The site’s dollars of the month are spent.'),
  DEPLOYMENT_BUDGET_SPENT: money('The dollars of all sites together are spent.'),
  VISITOR_BUDGET_SPENT: { title: 'Visitor’s share spent', text: 'One visitor may not spend the whole day alone.' },
  PREFIX_BUDGET_SPENT: { title: 'Network’s share spent', text: 'One network may not spend the whole day alone.' },
  BUDGET_HELD: money('By pictures still being made; free again in seconds.'),
  UNSUPPORTED_VALUE: {
    title: 'Size or shape the model lacks',
    text: 'The answer named the field and the accepted values.',
  },
  INVALID_FIELD: malformed,
  UNKNOWN_FIELD: malformed,
  URI_NOT_ALLOWED: malformed,
  TYPE_NOT_ALLOWED: malformed,
  METHOD_NOT_ALLOWED: malformed,
  BODY_TOO_LARGE: { title: 'Too large', text: 'The answer said how large it may be.' },
  BODY_TIMEOUT: { title: 'Too slow', text: 'The request did not arrive whole within a minute.' },
  MODEL_NOT_ALLOWED: { title: 'Model not offered', text: 'The site does not offer this model.' },
  NOT_FOUND: { title: 'Not there', text: 'A picture, file or model that does not exist, or has ended.' },
  SITE_UNKNOWN: { title: 'No such site', text: 'The request named a site that does not exist.' },
  UPSTREAM_QUOTA: { title: 'Provider’s quota', text: 'The provider asked to come back later.' },
  UPSTREAM_UNAVAILABLE: {
    title: 'Provider not available',
    text: 'It is overloaded or has failed. Nothing was charged.',
  },
  UPSTREAM_BROKEN: { title: 'Provider’s answer broken', text: 'What came back is no picture.' },
  OUTCOME_UNKNOWN: { title: 'Outcome unknown', text: 'Sent, and no answer came. It counts as spent.' },
  DEADLINE: { title: 'Took too long', text: 'No picture within five minutes.' },
  BUSY: { title: 'Busy', text: 'No memory for the request just then; again in seconds.' },
  SITE_PAUSED: { title: 'Paused', text: 'You paused it.' },
  PRICE_UNKNOWN: { title: 'No price in force', text: 'Nothing is drawn at a guess.' },
  CONFIG_BROKEN: { title: 'A setting is wrong', text: 'The answer named it.' },
};

/** @param reason Such as `VISITOR_DAY`. */
export const wordsOfRefusal = (reason: string): RefusalWords => REFUSALS[reason] ?? { title: reason, text: '' };
