/** `connect-src https://peel.example`: what the page's policy has blocked so far, by directive and origin. */
export const blocked = new Set<string>();

const remember = ({ disposition, effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) => {
  if (disposition === 'enforce') blocked.add(`${effectiveDirective} ${blockedURI.split('/', 3).join('/')}`);
};

/** To be called before the first request: a blocked `fetch` fails without a cause, and the browser names it here alone. */
export const watchPolicy = () => document.addEventListener('securitypolicyviolation', remember);
