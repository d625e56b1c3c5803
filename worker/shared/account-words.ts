/**
 * Words that speak of an account: of its owner's project, group, plan, balance, channel or key. They are the owner's
 * business, so text that holds one goes to no caller, whatever status it came with.
 */

/** Said of an account and of no request. */
const ACCOUNT =
  /\b(accounts?|projects?|billing|balance|credits?|spend(ing)?|subscriptions?|organi[sz]ations?|workspaces?|tenants?|distributor|recharge|top[- ]?up|payments?|invoices?|consumer|suspended|api[ _-]?keys?|access tokens?)\b|quota|prepay|\b(your|this|current|free|paid) (plan|tier|group)\b|\b(under|user|token) group\b|\b(no|available) channels?\b|余额|额度|配额|令牌|分组|渠道|账户|账号|帐户|帐号|欠费|充值|套餐|计费|扣费|密钥/i;
/** Said of accounts, and at times of requests too: pictures have channels, and thoughts a budget. */
const PERHAPS = /\b(plan|tier|groups?|channels?|budgets?)\b|(do(es)? not have|no) access to/i;

/** Whether a text may tell of an account: no caller reads it. */
export const namesAccount = (text: string): boolean => ACCOUNT.test(text) || PERHAPS.test(text);

/** Whether an error blames the account. Errors repeat a caller's own words in quotes, and those blame nothing. */
export const blamesAccount = (message: string): boolean => ACCOUNT.test(withoutQuotes(message));

export const withoutQuotes = (text: string): string =>
  text.replace(/"[^"]*"|(?<!\w)'[^']*'(?!\w)|`[^`]*`|“[^”]*”|「[^」]*」/g, '""');
