/** What has been blocked so far, as `connect-src https://peel.example`, with the policy that blocked it. */
export const blocked = new Map<string, string>();

const remember = ({ disposition, effectiveDirective, blockedURI, originalPolicy }: SecurityPolicyViolationEvent) => {
  const what = `${effectiveDirective} ${blockedURI.split('/', 3).join('/')}`;
  if (disposition === 'enforce') blocked.set(what, originalPolicy);
};

/** To be called before the first request: a blocked `fetch` fails without a cause, and the browser names it here alone. */
export const watchPolicy = () => document.addEventListener('securitypolicyviolation', remember);
