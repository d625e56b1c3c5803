/**
 * Reduces a provider's error to the fields that are known to be harmless and useful: status, a redacted message, and
 * three kinds of detail, cut to the fields named here. Providers echo keys, projects and internals in their errors.
 */
import type { ErrorDetail, UpstreamError } from '../../shared/failure.ts';
import { grpcNameOf } from '../../shared/grpc-status.ts';
import { parseJson } from '../../shared/json.ts';
import { errorTextsOf, layersOf } from '../forms/error-shape.ts';
import { fieldOf, listOf, textOf } from '../forms/names.ts';
import { isFields, type Value } from '../forms/value.ts';
import { isPage } from './error-signs.ts';

const MAX_MESSAGE_LENGTH = 2_000;
const MAX_FIELD_LENGTH = 500;
const MAX_DETAILS = 8;
const MAX_VIOLATIONS = 16;
/** Longer waits are shortened to this. */
const MAX_RETRY_SECONDS = 7 * 24 * 3600;

const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';

/**
 * Understands Gemini's envelope, a list of it (errors of array streams), and the shapes of relays (`layersOf`).
 * Anything else, such as a gateway's HTML page, is reduced to its status.
 *
 * @param status HTTP status of the answer, 400 to 599. It is the error's `code`, whatever number the body has.
 * @param redact Takes keys out of a text.
 */
export function parseUpstreamError(status: number, body: string, redact: (text: string) => string): UpstreamError {
  const value = parseJson(body) as Value | undefined;
  // Gateways refuse callers in plain text. The text goes to the log only.
  const isBare = value === undefined && AT_THE_DOOR.includes(status) && !isPage(body);
  return toUpstreamError(status, isBare ? { error: body.trim() } : value, redact);
}

/** Callers never see the message of these statuses, so any text may be taken as the message. */
const AT_THE_DOOR: readonly number[] = [401, 402, 403, 429, 503];

/** Same as {@link parseUpstreamError}, from a parsed value. */
export function toUpstreamError(
  status: number,
  body: Value | undefined,
  redact: (text: string) => string,
): UpstreamError {
  const [plainMessage] = errorTextsOf(body);
  // The message is redacted before it is cut, so that no half of a key stays at the end.
  const message = plainMessage && redact(plainMessage).slice(0, MAX_MESSAGE_LENGTH);
  const layers = layersOf(body);
  const statusName = layers.flatMap((layer) => textOf(fieldOf(layer, 'status')) ?? []).find((name) => GRPC.test(name));
  return {
    code: status,
    status: statusName ?? grpcNameOf(status),
    message: message || `The image service answered with status ${status}.`,
    details: toDetails(layers.map((layer) => fieldOf(layer, 'details')).find(Array.isArray), redact),
  };
}

/** A gRPC name, known or not. */
const GRPC = /^[A-Z_]{2,40}$/;

/**
 * How long the provider asks to wait, in milliseconds, at most 7 days: from `RetryInfo`, else from the message
 * ("Please retry in 34.28s.", docs/wire-facts.md#google-errors).
 */
export function retryDelayMs({ details, message }: Pick<UpstreamError, 'details' | 'message'>): number | undefined {
  const info = details.find((detail) => detail['@type'] === `${TYPE_PREFIX}RetryInfo`);
  const delay = typeof info?.retryDelay === 'string' ? info.retryDelay : undefined;
  const digits =
    /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(delay ?? '') ?? /\bretry in (\d{1,9}(?:\.\d{1,9})?)s\b/i.exec(message);
  return digits ? Math.min(Math.ceil(Number(digits[1]) * 1000), MAX_RETRY_SECONDS * 1000) : undefined;
}

function toDetails(details: Value | undefined, redact: (text: string) => string): ErrorDetail[] {
  const text = (value: Value | undefined) => {
    const plain = textOf(value);
    return plain && redact(plain).slice(0, MAX_FIELD_LENGTH);
  };
  return listOf(details)
    .map((detail) => toDetail(detail, text))
    .filter((detail) => detail !== undefined)
    .slice(0, MAX_DETAILS);
}

type ToText = (value: Value | undefined) => string | undefined;

/** Drops `DebugInfo`, `LocalizedMessage`, `Help` and `ErrorInfo`, because they name keys and consumers. */
function toDetail(detail: Value, text: ToText): ErrorDetail | undefined {
  if (!isFields(detail)) return undefined;
  const type = textOf(detail['@type']);
  switch (type) {
    case `${TYPE_PREFIX}RetryInfo`: {
      const retryDelay = text(fieldOf(detail, 'retryDelay'));
      return retryDelay === undefined ? undefined : { '@type': type, retryDelay };
    }
    case `${TYPE_PREFIX}BadRequest`:
      return { '@type': type, fieldViolations: violations(detail, 'fieldViolations', ['field', 'description'], text) };
    case `${TYPE_PREFIX}QuotaFailure`:
      return {
        '@type': type,
        violations: violations(detail, 'violations', ['quotaId', 'quotaValue', 'quotaMetric'], text),
      };
    default:
      return undefined;
  }
}

function violations(detail: Value, list: string, fields: readonly string[], text: ToText): Record<string, string>[] {
  return listOf(fieldOf(detail, list))
    .slice(0, MAX_VIOLATIONS)
    .map((violation) =>
      Object.fromEntries(
        fields
          .map((field) => [field, text(fieldOf(violation, field))] as const)
          .filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
      ),
    );
}
