/**
 * The public suffixes (https://publicsuffix.org): names below which anybody can get a host, such as `co.uk` and
 * `pages.dev`. The list is an asset of the deployment, 140 KB that only a wildcard among a site's origins needs.
 */

/**
 * Tells of a host whether strangers can get a name below it: because it is a public suffix, or because there is one
 * deeper, as below `amazonaws.com`, whose `s3.amazonaws.com` is open to all.
 *
 * @param read The list, one rule a line. Read once, when it is first needed. Its failures are thrown, and asked again.
 */
export function createPublicSuffixes(read: () => Promise<string>) {
  let rules: Set<string> | undefined;

  return async (host: string): Promise<boolean> => {
    rules ??= new Set((await read()).split('\n').filter((rule) => rule !== ''));
    return isPublicSuffix(host, rules) || isAboveOne(host, rules);
  };
}

/** By the algorithm of https://github.com/publicsuffix/list/wiki/Format: exceptions first, then the longest rule. */
function isPublicSuffix(host: string, rules: ReadonlySet<string>): boolean {
  if (rules.has(`!${host}`)) return false;
  const [, ...above] = host.split('.');
  // A name of one label is a suffix whatever the list says.
  return above.length === 0 || rules.has(host) || rules.has(`*.${above.join('.')}`);
}

/** An exception such as `!www.ck` is a host of one owner. */
const isAboveOne = (host: string, rules: ReadonlySet<string>): boolean =>
  rules.values().some((rule) => rule.endsWith(`.${host}`) && !rule.startsWith('!'));
