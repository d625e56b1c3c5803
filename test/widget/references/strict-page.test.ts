/** A page with a strict policy, as banks and shops have it: only our scripts, and Trusted Types. */
import { afterEach, expect, it } from 'vitest';

const ORIGIN = location.origin;
const STRICT = `default-src 'none'; script-src ${ORIGIN} 'nonce-n'; connect-src ${ORIGIN}; require-trusted-types-for 'script'`;
const PREPARE = new URL('../../../widget/references/prepare.ts', import.meta.url).href;
const PICTURES = new URL('./pictures.ts', import.meta.url).href;

afterEach(() => document.querySelector('iframe')?.remove());

interface Seen {
  width: number;
  height: number;
  /** Workers that were started. */
  workers: number;
  violations: string[];
}

async function prepareIn(policy: string): Promise<Seen> {
  const frame = document.createElement('iframe');
  frame.srcdoc = `
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <script nonce="n" type="module">
      const violations = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
      let workers = 0;
      globalThis.Worker = class extends Worker {
        constructor(url) { super(url); workers += 1; }
      };
      const { prepare } = await import('${PREPARE}');
      const { fromPhone, look } = await import('${PICTURES}');
      const prepared = await prepare(await fromPhone(), new AbortController().signal);
      const { width, height } = await look(prepared.blob);
      parent.postMessage({ width, height, workers, violations }, '*');
    </script>
  `;
  const seen = new Promise<Seen>((resolve) => {
    const listen = ({ source, data }: MessageEvent<Seen>) => {
      if (source !== frame.contentWindow) return;
      removeEventListener('message', listen);
      resolve(data);
    };
    addEventListener('message', listen);
  });
  document.body.append(frame);
  return seen;
}

it('prepares pictures in a worker under the policy that the documentation asks for', async () => {
  const seen = await prepareIn(`${STRICT}; worker-src blob:; img-src blob:; trusted-types lit-html peel`);

  expect(seen).toEqual({ width: 200, height: 400, workers: 1, violations: [] });
});

it('prepares them in the page where the policy allows no worker', async () => {
  const seen = await prepareIn(`${STRICT}; trusted-types lit-html peel`);

  expect(seen).toMatchObject({ width: 200, height: 400 });
  expect(seen.violations).toContain('worker-src');
});

it('prepares them in the page where the policy does not list ours', async () => {
  const seen = await prepareIn(`${STRICT}; worker-src blob:; trusted-types lit-html`);

  expect(seen).toMatchObject({ width: 200, height: 400, workers: 0 });
});
