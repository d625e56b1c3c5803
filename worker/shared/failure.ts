/**
 * Every expected failure, as one closed union. `toWire` (`http/wire-error.ts`) decides what a caller reads of each; a
 * new arm does not compile until it has its line there.
 *
 * On the wire it is Gemini's own error envelope, so every SDK understands it. `reason` in the `ErrorInfo` detail is
 * ours, stable, and listed in docs/errors.md.
 */

/** An error as a provider worded it, already redacted and with its `details` cut down to the allow-list. */
export interface UpstreamError {
  /** HTTP status, 400 to 599. */
  code: number;
  /** gRPC name, such as `RESOURCE_EXHAUSTED`. */
  status: string;
  message: string;
  details: readonly ErrorDetail[];
}

/** One entry of `error.details`: a protobuf Any in JSON form. */
export type ErrorDetail = { '@type': string } & Record<string, unknown>;

/** The limit that refused. */
export type LimitReason =
  | 'BURST'
  | 'VISITOR_MINUTE'
  | 'VISITOR_DAY'
  | 'VISITOR_ATTEMPTS'
  | 'VISITOR_BUDGET_SPENT'
  | 'PREFIX_BUDGET_SPENT'
  | 'SESSION_SPENT'
  | 'SITE_MINUTE'
  | 'CLIENT_LIMIT'
  | 'DAILY_BUDGET_SPENT'
  | 'MONTHLY_BUDGET_SPENT'
  | 'DEPLOYMENT_BUDGET_SPENT'
  | 'BUDGET_HELD';

/** Whose dollars a refusal concerns, where it is not a budget that all callers share (`limits/purses.ts`). */
export type PurseName = 'visitor' | 'network' | 'visitors' | 'degraded' | 'client';

export type UpstreamReason =
  | 'INVALID_FIELD'
  | 'NOT_FOUND'
  | 'UPSTREAM_QUOTA'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_BROKEN'
  | 'OUTCOME_UNKNOWN';

/** Why a proof gives no ticket. `unavailable`: Cloudflare did not say whether a Turnstile token is valid. */
export type ProofProblem = 'missing' | 'invalid' | 'expired' | 'used' | 'unavailable';

/** A proof of work that a visitor can do. */
export interface PowChallenge {
  nonce: string;
  /** The hash, `SHA-256`. */
  algorithm: string;
  /** Zero bits at the beginning of each hash. */
  difficulty: number;
  /** RFC 3339. */
  expiresAt: string;
}

export type Failure =
  /** The value of a known field breaks a rule. `field` is a path such as `generationConfig.imageConfig.imageSize`. */
  | { reason: 'INVALID_FIELD'; field: string; rule: string }
  | { reason: 'UNKNOWN_FIELD'; field: string; accepted: readonly string[] }
  | { reason: 'UNSUPPORTED_VALUE'; field: string; value: string; accepted: readonly string[]; because?: string }
  | { reason: 'URI_NOT_ALLOWED'; field: string }
  | { reason: 'TICKET_MISSING' | 'TICKET_EXPIRED' | 'TICKET_MISMATCH' }
  /** `readFrom`: where the key was found; absent: in a header. */
  | { reason: 'KEY_INVALID'; readFrom?: 'address' }
  | { reason: 'PROOF_INVALID'; why: ProofProblem; challenge: PowChallenge }
  /** `by`: what was denied, where it is not a page. `origin` is for the log; absent where the request has none. */
  | { reason: 'ORIGIN_DENIED'; by?: 'another worker'; origin?: string }
  | { reason: 'MODEL_NOT_ALLOWED'; model: string; accepted: readonly string[] }
  /** `hint` says what to use instead, as a whole sentence. */
  | { reason: 'NOT_FOUND'; what: string; hint?: string }
  /** `accepted`: all sites, for their owner, who named one in the field `site`. */
  | { reason: 'SITE_UNKNOWN'; accepted?: readonly string[] }
  | { reason: 'METHOD_NOT_ALLOWED'; allowed: readonly string[] }
  | { reason: 'BODY_TIMEOUT'; afterSeconds: number }
  | { reason: 'BODY_TOO_LARGE'; maxBytes: number }
  | { reason: 'TYPE_NOT_ALLOWED'; type: string; accepted: readonly string[] }
  | { reason: 'TYPE_NOT_ALLOWED'; encoding: string }
  /**
   * `of`: what is limited; absent: pictures; `tokens`: wrong admin tokens; `reports`: of pictures. `purse`: whose dollars
   * are spent or held; absent: those of all callers. `isTooDear`: the request would be refused in a fresh period too.
   */
  | {
      reason: LimitReason;
      retryAfterSeconds: number;
      limit?: number;
      of?: 'uploads' | 'tokens' | 'reports';
      purse?: PurseName;
      isTooDear?: true;
    }
  /** The isolate has no memory for the body just now. */
  | { reason: 'BUSY'; retryAfterSeconds: number }
  | { reason: 'SITE_PAUSED' }
  /** `problem` says which setting breaks which rule. Callers read it word for word. */
  | { reason: 'CONFIG_BROKEN'; problem: string }
  | { reason: 'PRICE_UNKNOWN'; model: string }
  | { reason: 'DEADLINE'; afterSeconds: number; retryAfterSeconds?: number }
  /** A provider's failure. `ran` says whether the paid work may have been done; `cause` is for the log only. */
  | {
      reason: UpstreamReason;
      ran: 'no' | 'unknown';
      upstream?: UpstreamError;
      retryAfterSeconds?: number;
      cause?: string;
    };

export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure };

export const succeed = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (failure: Failure): { ok: false; failure: Failure } => ({ ok: false, failure });

/** A field that breaks a rule. The rule is a sentence that has the field before it. */
export const invalidField = (field: string, rule: string): Extract<Failure, { rule: string }> => ({
  reason: 'INVALID_FIELD',
  ...{ field, rule },
});
