/** Turns a {@link Failure} into the answer that any caller may read, in Gemini's error envelope. */
import type { ErrorBody } from '../protocol.ts';
import type { ErrorDetail, Failure, ProofProblem, UpstreamError, UpstreamReason } from '../shared/failure.ts';
import { statusOfGrpc } from '../shared/grpc-status.ts';
import { toldOf } from '../shared/told.ts';

export interface WireError {
  status: number;
  body: ErrorBody;
  /** For the `Retry-After` header. */
  retryAfterSeconds?: number;
  /** For the `Allow` header of a 405. */
  allow?: readonly string[];
}

/** Retry delay for a service that does not say when it is back. */
export const UNAVAILABLE_RETRY_SECONDS = 10;

/** Providers' messages about the owner's account stay in the log. Callers read this instead. */
const PROVIDER_UNAVAILABLE = 'The image service is not available right now. Nothing was charged. Try again in a while.';

const KEY_IN_ADDRESS =
  'The key in the address (`?key=`) is not valid. A client key (pk_…) may stand there; a ticket goes into `x-goog-api-key`.';

/** At most this many characters of a header are repeated in an answer. */
const SHOWN_LENGTH = 64;

/**
 * Turns a failure into status, body and headers. The answer never contains a key, a prompt or a provider's message
 * about the owner's account.
 */
export function toWire(failure: Failure): WireError {
  switch (failure.reason) {
    case 'INVALID_FIELD':
      if ('rule' in failure) return badRequest(failure, failure.field, failure.rule);
      return provider(failure, 400, 'INVALID_ARGUMENT', 'The image service refused the request.');
    case 'UNKNOWN_FIELD':
      return badRequest(failure, failure.field, `is not known here. Accepted: ${list(failure.accepted) || 'none'}.`);
    case 'UNSUPPORTED_VALUE':
      return badRequest(
        failure,
        failure.field,
        `must not be "${failure.value}"${failure.because ? ` (${failure.because})` : ''}. Accepted: ${list(failure.accepted)}.`,
      );
    case 'URI_NOT_ALLOWED':
      return badRequest(failure, failure.field, 'must name a file of this service. Addresses are never fetched.');
    case 'PROOF_INVALID':
      return proofInvalid(failure);
    case 'TICKET_MISSING':
      return wire(
        failure,
        401,
        'UNAUTHENTICATED',
        'A ticket or a key is needed: `x-goog-api-key` or `Authorization: Bearer`.',
      );
    case 'TICKET_EXPIRED':
      return wire(failure, 401, 'UNAUTHENTICATED', 'The ticket has expired. Ask POST /peel/session for a new one.');
    case 'TICKET_MISMATCH':
      return wire(
        failure,
        401,
        'UNAUTHENTICATED',
        'The ticket is not valid here. Ask POST /peel/session for a new one.',
      );
    case 'KEY_INVALID':
      return wire(failure, 401, 'UNAUTHENTICATED', failure.readFrom ? KEY_IN_ADDRESS : 'The key is not valid.');
    case 'ORIGIN_DENIED':
      return wire(
        failure,
        403,
        'PERMISSION_DENIED',
        failure.by
          ? 'Requests of other workers (CF-Worker) are not taken here: their callers have no address of their own.'
          : 'Pages of this origin may not use this site. Its owner can allow the origin.',
      );
    case 'MODEL_NOT_ALLOWED':
      return wire(
        failure,
        403,
        'PERMISSION_DENIED',
        `The model "${failure.model}" is not allowed here. ${failure.accepted.length === 0 ? 'This key may use none of the site’s models; its owner can make another' : `Allowed: ${list(failure.accepted)}`}.`,
      );
    case 'NOT_FOUND':
      if ('what' in failure) {
        const hint = failure.hint === undefined ? '' : ` ${failure.hint}`;
        return wire(failure, 404, 'NOT_FOUND', `${failure.what} was not found.${hint}`);
      }
      return provider(failure, 404, 'NOT_FOUND', 'The image service does not know this model.');
    case 'SITE_UNKNOWN':
      return wire(
        failure,
        404,
        'NOT_FOUND',
        `This site was not found.${failure.accepted ? ` site must be one of ${list(failure.accepted)}.` : ''}`,
      );
    case 'METHOD_NOT_ALLOWED':
      return {
        ...wire(
          failure,
          405,
          'INVALID_ARGUMENT',
          `This method is not allowed here. Allowed: ${list(failure.allowed)}.`,
        ),
        allow: failure.allowed,
      };
    case 'BODY_TIMEOUT':
      return wire(
        failure,
        408,
        'DEADLINE_EXCEEDED',
        `The whole body must arrive within ${failure.afterSeconds} seconds. Nothing was charged.`,
      );
    case 'BODY_TOO_LARGE':
      return wire(failure, 413, 'INVALID_ARGUMENT', `The body may have at most ${failure.maxBytes} bytes.`);
    case 'TYPE_NOT_ALLOWED':
      if ('encoding' in failure) {
        const encoding = failure.encoding.slice(0, SHOWN_LENGTH);
        const message = `The content encoding "${encoding}" is not accepted. Send the body as it is.`;
        return wire(failure, 415, 'INVALID_ARGUMENT', message);
      }
      return wire(
        failure,
        415,
        'INVALID_ARGUMENT',
        `The content type "${failure.type}" is not accepted. Accepted: ${list(failure.accepted)}.`,
      );
    case 'BURST':
      if (failure.of === 'tokens') return limited(failure, 'Too many wrong admin tokens came from this address.');
      return limited(failure, 'Too many requests at once.');
    case 'VISITOR_MINUTE':
      return limited(failure, `You can make ${failure.limit ?? 'a few'} pictures a minute.`);
    case 'VISITOR_DAY':
      if (failure.of === 'reports') return limited(failure, 'You have reported as many pictures as you can for today.');
      if (failure.of === 'uploads') return limited(failure, 'You have uploaded as much as you can for today.');
      return limited(failure, `You have made your ${failure.limit ?? ''} pictures for today.`.replace('  ', ' '));
    case 'VISITOR_ATTEMPTS':
      return limited(failure, 'You have tried too often, counting the attempts that made no picture.');
    case 'VISITOR_BUDGET_SPENT':
      return limited(
        failure,
        'What one visitor may spend here today does not suffice for this picture. A smaller one may fit.',
      );
    case 'PREFIX_BUDGET_SPENT':
      return limited(
        failure,
        'What one network may spend here today does not suffice for this picture. A smaller one may fit.',
      );
    case 'SESSION_SPENT':
      return limited(failure, `This session has used its ${failure.limit ?? ''} pictures.`.replace('  ', ' '));
    case 'SITE_MINUTE':
      return limited(failure, 'This site is busy: its pictures for this minute are used up.');
    case 'CLIENT_LIMIT':
      return limited(failure, 'This key has reached its limit.');
    case 'DAILY_BUDGET_SPENT':
      return limited(failure, 'The budget of this site for today is spent.');
    case 'MONTHLY_BUDGET_SPENT':
      return limited(failure, 'The budget of this site for this month is spent.');
    case 'DEPLOYMENT_BUDGET_SPENT':
      return limited(failure, 'The budget of all sites together is spent.');
    case 'BUDGET_HELD':
      return limited(failure, 'The rest of the budget is held by pictures that are being made.');
    case 'BUSY':
      return wire(
        failure,
        503,
        'UNAVAILABLE',
        `There is no memory for this body just now. Nothing was charged. Try again in ${inWords(failure.retryAfterSeconds)}.`,
      );
    case 'SITE_PAUSED':
      return wire(failure, 503, 'UNAVAILABLE', 'The owner has paused this site. Pictures already made stay available.');
    case 'CONFIG_BROKEN':
      return wire(failure, 503, 'UNAVAILABLE', `This deployment is not configured: ${failure.problem}`);
    case 'PRICE_UNKNOWN':
      return wire(failure, 503, 'UNAVAILABLE', `The price of "${failure.model}" is not known, so it is not called.`);
    case 'DEADLINE':
      return wire(
        failure,
        504,
        'DEADLINE_EXCEEDED',
        `No picture within ${failure.afterSeconds} s. It may have been charged.`,
      );
    case 'UPSTREAM_QUOTA':
      return provider(failure, 429, 'RESOURCE_EXHAUSTED', 'The image service is at its limit. Nothing was charged.');
    case 'UPSTREAM_UNAVAILABLE':
      return provider(
        { ...failure, retryAfterSeconds: failure.retryAfterSeconds ?? UNAVAILABLE_RETRY_SECONDS },
        503,
        'UNAVAILABLE',
        PROVIDER_UNAVAILABLE,
      );
    case 'UPSTREAM_BROKEN':
      return broken(failure);
    case 'OUTCOME_UNKNOWN':
      return provider(
        failure,
        502,
        'INTERNAL',
        'It is not known whether the picture was made; it may have been charged.',
      );
  }
}

type Arm = { reason: Failure['reason']; retryAfterSeconds?: number; metadata?: Record<string, string> };

function wire(
  failure: Arm,
  code: number,
  status: string,
  message: string,
  more: readonly ErrorDetail[] = [],
): WireError {
  const retryAfterSeconds = failure.retryAfterSeconds;
  const details: ErrorDetail[] = [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      ...{ reason: failure.reason, domain: 'peel' },
      ...(failure.metadata && { metadata: failure.metadata }),
    },
    ...more.filter((detail) => retryAfterSeconds === undefined || !detail['@type'].endsWith('RetryInfo')),
  ];
  if (retryAfterSeconds !== undefined) {
    details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` });
  }
  return {
    status: code,
    body: { error: { code, status, message, details } },
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

function badRequest(failure: Arm, field: string, rule: string): WireError {
  const violation = { field, description: rule };
  return wire(failure, 400, 'INVALID_ARGUMENT', `${field} ${rule}`, [
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] },
  ]);
}

const PROOF_PROBLEMS: Record<ProofProblem, string> = {
  missing: 'A ticket needs a proof.',
  invalid: 'The proof is not valid for this site, page and address.',
  expired: 'The proof is too old.',
  used: 'The proof has been used already.',
  unavailable: 'The proof cannot be checked just now.',
};

/** `metadata` has a new challenge, so that the caller can go on at once. Its values are texts, as in every `ErrorInfo`. */
function proofInvalid({ reason, why, challenge }: Failure & { reason: 'PROOF_INVALID' }): WireError {
  const metadata = { kind: 'pow', ...challenge, difficulty: String(challenge.difficulty), why };
  const message = `${PROOF_PROBLEMS[why]} Solve the challenge in the metadata of this error, or ask GET /peel/site for another.`;
  return wire({ reason, metadata }, 400, 'INVALID_ARGUMENT', message);
}

function limited(failure: Arm & { retryAfterSeconds: number; isTooDear?: true }, message: string): WireError {
  const whose = failure.isTooDear && MEANS[failure.reason];
  if (whose) {
    const dear = `This picture can cost more than ${whose}. A smaller one, less thinking or another model may fit.`;
    return wire(failure, 429, 'RESOURCE_EXHAUSTED', dear);
  }
  return wire(failure, 429, 'RESOURCE_EXHAUSTED', `${message} Try again in ${inWords(failure.retryAfterSeconds)}.`);
}

/** What a request that is too dear for a whole period does not fit. */
const MEANS: Partial<Record<Failure['reason'], string>> = {
  VISITOR_BUDGET_SPENT: 'one visitor may spend here in a day',
  PREFIX_BUDGET_SPENT: 'one network may spend here in a day',
  CLIENT_LIMIT: 'this key may spend in a day',
  DAILY_BUDGET_SPENT: 'this site may spend in a day',
  MONTHLY_BUDGET_SPENT: 'this site may spend in a month',
  DEPLOYMENT_BUDGET_SPENT: 'all sites together may spend',
};

/**
 * Passes on a provider's own message if the caller may read it, and Peel's otherwise. The HTTP status is the reason's:
 * clients act on the provider's number (a 407 is their own proxy, a 421 is sent again, a 500 is retried). Its gRPC name
 * stays where it stands for that status.
 */
function provider(
  failure: Arm & { reason: UpstreamReason; upstream?: UpstreamError },
  code: number,
  status: string,
  message: string,
): WireError {
  const upstream = failure.upstream && toldOf(failure.reason, failure.upstream);
  if (!upstream) return wire(failure, code, status, message);
  const name = statusOfGrpc(upstream.status) === code ? upstream.status : status;
  return wire(failure, code, name, upstream.message, upstream.details);
}

function broken(failure: Arm & { reason: UpstreamReason; upstream?: UpstreamError }): WireError {
  const ours = 'The image service gave an answer that cannot be used. It may have been charged.';
  const theirs = failure.upstream && toldOf(failure.reason, failure.upstream)?.message;
  return wire(failure, 502, 'INTERNAL', theirs === undefined ? ours : `${ours} It said: ${theirs}`);
}

const list = (values: readonly string[]): string => values.join(', ');

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 3600)} hours`;
}
