import { expect, it } from 'vitest';
import { blocked, watchPolicy } from '../../../widget/owner/policy.ts';

const violation = (more: SecurityPolicyViolationEventInit) =>
  document.dispatchEvent(
    new SecurityPolicyViolationEvent('securitypolicyviolation', {
      documentURI: 'https://shop.example/',
      effectiveDirective: 'connect-src',
      violatedDirective: 'connect-src',
      originalPolicy: "default-src 'self'",
      disposition: 'enforce',
      statusCode: 200,
      ...more,
    }),
  );

it('remembers directive, origin and policy of what was blocked, and not what was only reported', () => {
  watchPolicy();
  watchPolicy();
  violation({ blockedURI: 'https://peel.example:8787/peel/site?site=default' });
  violation({ blockedURI: 'https://peel.example:8787/images/a/0.png', effectiveDirective: 'img-src' });
  violation({ blockedURI: 'https://other.example/', disposition: 'report' });
  violation({ blockedURI: 'inline' });

  const written = "default-src 'self'";
  expect([...blocked]).toEqual([
    ['connect-src https://peel.example:8787', written],
    ['img-src https://peel.example:8787', written],
    ['connect-src inline', written],
  ]);
});
