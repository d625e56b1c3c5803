/**
 * Finds words about an account: its owner's project, group, plan, balance, channel or key. They are the owner's
 * business, so text with such a word goes to no caller, whatever its status.
 */

/** Words about accounts and never about requests. Field names count as well: `project_id`, `accountType`. */
const ACCOUNT =
  /(?<![a-z])(accounts?|projects?|tenants?|organi[sz]ations?|workspaces?)([ _-]?(ids?|numbers?|names?|types?))?(?![a-z])|\b(billing|billed|balance|credits?|spend(ing)?|subscriptions?|distributor|recharge|top[- ]?up|payments?|invoices?|consumer|suspended|api[ _-]?keys?|access tokens?|gen-lang-client-\d+)\b|quota|prepa(y|id)|\b(your|this|current|free|paid) (plan|tier|group|trial)\b|\b(under|user|token) group\b|\b(no|available) channels?\b|余额|额度|配额|令牌|分组|用户组|渠道|账户|账号|帐户|帐号|欠费|充值|套餐|计费|扣费|密钥/i;
/** Words about accounts that also occur about requests: pictures have channels, thoughts a budget, prompts a wallet. */
const PERHAPS =
  /\b(plan|tier|wallets?|funds|groups?|channels?|budgets?|trials?|licen[cs]es?|upgrade|customers?|enterprise|paid|whitelist(ed)?|allowlist(ed)?)\b|\bchannel_?ids?\b|\b(your|this) token\b|\btoken \(id|\b(daily|monthly|usage) limit|(do(es)? not have|no) access to|[$€¥£] ?\d|\d ?(USD|CNY|RMB)\b|通道|倍率|账单|钱包|积分|点数|[^\s@]{1,64}@[^\s@.]{1,64}\.[a-z]/i;

/** Whether a text may be about an account, so that no caller may read it. */
export const namesAccount = (text: string): boolean => ACCOUNT.test(text) || PERHAPS.test(text);

/** Whether an error blames the account. Quoted text is ignored, because errors quote the caller's own words. */
export const blamesAccount = (message: string): boolean => ACCOUNT.test(withoutQuotes(message));

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '「': '」' };
const isLetter = (character: string): boolean => /\w/.test(character);

/** Writes `""` for each quotation. An apostrophe inside a word is none. Takes time by the text's length alone. */
export function withoutQuotes(text: string): string {
  const opening = /["'`“「]/g;
  const unclosed = new Set<string>();
  let told = '';
  let from = 0;
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const { 0: mark, index } = found;
    if (unclosed.has(mark)) continue;
    const end = text.indexOf(CLOSING[mark] as string, index + 1);
    if (end < 0) unclosed.add(mark);
    const isInWord = mark === "'" && (isLetter(text.charAt(index - 1)) || isLetter(text.charAt(end + 1)));
    if (end < 0 || isInWord) continue;
    told += `${text.slice(from, index)}""`;
    from = end + 1;
    opening.lastIndex = from;
  }
  return told + text.slice(from);
}
