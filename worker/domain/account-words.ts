/**
 * Words that speak of an account: of its owner's project, group, plan, balance, channel or key. They are the owner's
 * business, so text that holds one goes to no caller, whatever status it came with.
 */

const WORDS =
  /\b(accounts?|projects?|billing|balance|credits?|spend(ing)?|budgets?|subscriptions?|organi[sz]ations?|plan|tier|workspaces?|tenants?|channels?|distributor|groups?|recharge|top[- ]?up|payments?|invoices?|consumer|suspended|api[ _-]?keys?|access tokens?)\b|quota|prepay|do(es)? not have access|no access to|余额|额度|配额|令牌|分组|渠道|账户|账号|帐户|帐号|欠费|充值|套餐|计费|扣费|密钥/i;

export const namesAccount = (text: string): boolean => WORDS.test(text);

/** A text without what it quotes: errors repeat the caller's own words in quotes, and those accuse no account. */
export const withoutQuotes = (text: string): string =>
  text.replace(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”|「[^」]*」/g, '""');
