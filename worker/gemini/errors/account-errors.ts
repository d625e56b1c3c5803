/**
 * Tells an error of the owner's account (key, bill, missing quota, disabled service, region) from an error of the
 * request. The signs are the machine-readable words beside a message and the message itself. The tables have the
 * words of Google and of relays that imitate OpenAI (One API, New API and similar).
 */
import { withoutQuotes } from '../../shared/account-words.ts';
import type { UpstreamError } from '../../shared/failure.ts';

export type AccountError =
  | 'key-invalid'
  | 'key-leaked'
  | 'service-disabled'
  /** The account, project or group is closed or may not use the API. */
  | 'suspended'
  /** No billing account is linked. */
  | 'unbilled'
  /** Spent: a balance, a prepayment, a spending cap. */
  | 'depleted'
  | 'no-quota'
  /** A relay's group has no way to the model. */
  | 'no-channel'
  | 'region';

type Table = readonly (readonly [AccountError, RegExp])[];

/** Machine-readable words: Google's `ErrorInfo` reasons, `type` and `code` of providers that imitate OpenAI. */
const SIGNS: Table = [
  ['service-disabled', /^(SERVICE_DISABLED|API_KEY_SERVICE_BLOCKED)$/i],
  ['unbilled', /^BILLING_(DISABLED|NOT_ACTIVE|NOT_FOUND)$/i],
  [
    'suspended',
    /^(CONSUMER_(SUSPENDED|INVALID)|USER_PROJECT_DENIED|RESOURCE_PROJECT_INVALID|(ACCOUNT|PROJECT|USER)_(DEACTIVATED|SUSPENDED|DISABLED))$/i,
  ],
  [
    'depleted',
    /^INSUFFICIENT_((USER|ACCOUNT|TOKEN)_)?(QUOTA|BALANCE|CREDITS?|FUNDS)$|^(PRE_CONSUME_TOKEN_QUOTA_FAILED|BUDGET_EXCEEDED|CREDIT_BALANCE_TOO_LOW|ACCOUNT_OVERDUE|ARREARAGE|PAYMENT_REQUIRED)$|^BILLING_(HARD_)?LIMIT|QUOTA_(NOT_ENOUGH|EXHAUSTED)$|SPEND(ING)?_(CAP|LIMIT)/i,
  ],
  ['no-channel', /^(CHANNEL:)?NO_AVAILABLE_(CHANNEL|KEY)|^GET_CHANNEL_FAILED$/i],
  ['region', /^UNSUPPORTED_COUNTRY/i],
  [
    'key-invalid',
    /^API_KEY_|^ACCESS_TOKEN_|^CREDENTIALS_MISSING$|^(INVALID|EXPIRED|INCORRECT)_(API_KEY|TOKEN|KEY)$|^AUTHENTICATION_ERROR$/i,
  ],
];

/** Words of messages. A message about the request itself has these words only inside quotes. */
const WORDS: Table = [
  ['key-leaked', /reported as leaked/i],
  ['service-disabled', /SERVICE_DISABLED|has not been used in project|\bor it is disabled/],
  [
    'unbilled',
    /without a billing account|billing (account )?(is |to be |has been )?(not (linked|enabled|active)|disabled|enabled)|enable billing/i,
  ],
  [
    'depleted',
    /spend(ing)?[ _-](cap|limit)|prepay|budget (has been |is )?exceeded|(insufficient|exhausted|not enough)[ _-]((user|account|token|remaining)[ _-])?(your )?(balance|quota|funds?|credits?)|((balance|quota|credits?|credit limit|funds)|(user|token)('s)?[ _-]quota) (is |are |has been |have been )?(not enough|insufficient|depleted|used up|exhausted|too low|empty)|(user|token|account)[ _-]quota[ _-](exhausted|insufficient)|out of credits|pre-?consumed? (token )?quota failed|额度(已)?(不足|用尽|耗尽)|(余额|配额)(已)?(不足|用尽|耗尽)|欠费|预扣费/i,
  ],
  ['no-quota', /\blimit: 0\b|free tier is not available/i],
  [
    'no-channel',
    /no (available )?channels? (is |are )?(available )?for|无可用渠道|无可用的渠道|(group|令牌|token).{0,60}(no access to|无权访问|无权使用)/i,
  ],
  [
    'suspended',
    /\bhas been (suspended|deactivated|banned|denied access)|(account|project|user) (is |was )?(suspended|deactivated|disabled|banned|blocked|locked)|(账户|账号|用户)(已)?被(封禁|禁用)/i,
  ],
  [
    'key-invalid',
    /api[ _-]?key (is |has )?(not valid|expired|invalid|not found|disabled)|(invalid|incorrect|expired|wrong) api[ _-]?key|unregistered callers|无效的(令牌|密钥)|令牌(已过期|状态不可用|验证失败)/i,
  ],
  ['region', /location is not supported|not (available|supported) in your (country|region|location)/i],
];

/** Refusals that usually concern the request; their words may still blame the account. */
export const REFUSED: readonly number[] = [400, 404, 422];

/** For 401 and 403 only: there the message is about the caller, so "token" does not mean a token of JSON. */
const KEY_AT_THE_DOOR =
  /(invalid|expired|incorrect|missing|wrong) ((access|auth(entication|orization)?) )?(tokens?|credentials?|keys?)\b/i;

/**
 * Names the account error, from machine-readable words first, then from the message, then from the listed quotas.
 *
 * @param status HTTP status of the error. Only 4xx and 503 can be account errors.
 * @param reasons Further words on the reason, from `reasonsIn`. They stand beside keys and projects, so they are not in
 *   `error`.
 * @returns undefined if the error is about the request, about too many requests, or in unknown words.
 */
export function accountErrorOf(
  status: number,
  error: UpstreamError | undefined,
  reasons: readonly string[],
): AccountError | undefined {
  if (status !== 503 && (status < 400 || status >= 500)) return undefined;
  const said = [error?.message ?? '', ...reasons].join('\n');
  const message = withoutQuotes(said);
  const signed = SIGNS.find(([, sign]) => reasons.some((reason) => sign.test(reason)));
  if (signed) return signed[0];
  // A refusal quotes the request, and a caller can write text that ends the quotation early.
  const mayBeCallers = REFUSED.includes(status) && message !== said;
  const worded = mayBeCallers ? undefined : WORDS.find(([, words]) => words.test(message));
  if (worded) return worded[0];
  if (status === 429) return quotaErrorOf(error);
  // OpenAI's word for an unknown model. Relays use it if a group has no channel to the model.
  if (status === 503 && reasons.includes('model_not_found')) return 'no-channel';
  return (status === 401 || status === 403) && KEY_AT_THE_DOOR.test(message) ? 'key-invalid' : undefined;
}

/** Reads the quotas that are listed beside a 429. */
function quotaErrorOf(error: UpstreamError | undefined): AccountError | undefined {
  const quotas = JSON.stringify(error?.details ?? []);
  if (/spend|billing|budget|prepay/i.test(quotas)) return 'depleted';
  return /-FreeTier|"quotaValue":"0"/i.test(quotas) ? 'no-quota' : undefined;
}
