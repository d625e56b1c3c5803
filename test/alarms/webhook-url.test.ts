import { describe, expect, it } from 'vitest';
import { shownUrl, urlProblem } from '../../worker/alarms/webhook-url.ts';

const PRIVATE = 'must not be an address inside a private network';
const HTTPS = 'must be an https address';

describe('an address', () => {
  it.each([
    'https://hooks.example.com/services/T0/B0/x',
    'https://hooks.example.com:8443/in?token=1',
    'https://93.184.216.34/in',
    'https://[2606:2800:220:1::1]/in',
    'https://bücher.example/in',
  ])('of the public net is fine: %s', (address) => {
    expect(urlProblem(address)).toBeUndefined();
  });

  it.each([
    ['http://hooks.example.com/', HTTPS],
    ['hooks.example.com', HTTPS],
    ['ftp://hooks.example.com/', HTTPS],
    ['javascript:alert(1)', HTTPS],
    ['https://', HTTPS],
    ['https://hooks.exa\nmple.com/', HTTPS],
    ['https://user@hooks.example.com/', 'must not have a name or a password in it'],
    ['https://user:pass@hooks.example.com/', 'must not have a name or a password in it'],
    ['https://hooks.example.com/#part', 'must not have a fragment'],
    [`https://hooks.example.com/${'x'.repeat(2000)}`, 'must have at most 2,000 characters'],
  ])('that is none is refused: %s', (address, rule) => {
    expect(urlProblem(address)).toBe(rule);
  });

  it.each([
    ...['127.0.0.1', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254'],
    ...['100.64.0.1', '192.0.0.8', '198.18.0.1', '203.0.113.9', '224.0.0.1', '255.255.255.255'],
    // Other ways to write them.
    ...['0x7f.1', '2130706433', '0177.0.0.1', '127.1', '127.0.0.1.', '１２７.0.0.1'],
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[fc00::1]', '[fd12::1]', '[fe80::1]', '[ff02::1]'],
    ...['[64:ff9b::7f00:1]', '[2002:7f00:1::1]', '[2001::1]', '[2001:db8::1]', '[3fff::1]'],
    ...['localhost', 'LOCALHOST.', 'app.localhost', 'intranet', 'router.local', 'vault.internal', 'nas.home.arpa'],
    ...['localhost..', '127.0.0.1..', 'foo.internal..', 'x.localdomain', 'kubernetes.default.svc', '192.88.99.1'],
    ...['127-0-0-1.traefik.me', 'x.localho.st'],
    ...['hidden.onion', '127.0.0.1.nip.io', 'a.10-0-0-1.sslip.io', 'x.lvh.me', 'localtest.me'],
  ])('inside a private network is refused: %s', (host) => {
    expect(urlProblem(`https://${host}/in`)).toBe(PRIVATE);
  });

  it('of one’s own machine is fine for a developer, over http alone', () => {
    for (const host of ['localhost:9000', '127.0.0.1:9000']) {
      expect(urlProblem(`http://${host}/in`, { allowsLoopback: true })).toBeUndefined();
      expect(urlProblem(`https://${host}/in`, { allowsLoopback: true })).toBe(PRIVATE);
    }
    expect(urlProblem('http://192.168.1.1/', { allowsLoopback: true })).toBe(HTTPS);
  });
});

it.each([
  ['https://hooks.example.com/?token=secret', 'https://hooks.example.com/…'],
  ['https://api.telegram.org/bot123:SECRET/sendMessage', 'https://api.telegram.org/…'],
  ['https://hooks.example.com:8443/abcdefghijklmnopqrstuvwx/', 'https://hooks.example.com:8443/…'],
  ['https://hooks.slack.com/services/T012/B345/abcdefghijklmnopqrstuvwx', 'https://hooks.slack.com/…'],
  ['https://hooks.example.com', 'https://hooks.example.com/'],
])('is shown without its secret: %s', (address, shown) => {
  expect(shownUrl(address)).toBe(shown);
});
