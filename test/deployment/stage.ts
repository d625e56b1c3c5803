/** A machine with a fake Cloudflare and a fake Google, on which the commands of a deployment run. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Answers, Call } from './fake-wrangler.ts';

const ROOT = join(import.meta.dirname, '../..');

export const GOOD_KEY = 'AQ.a-key-that-google-knows-0123456789';
const KNOWN_MODELS = {
  models: [
    { name: 'models/gemini-3.1-flash-image', supportedGenerationMethods: ['generateContent'] },
    { name: 'models/gemini-nano-banana-2.1', supportedGenerationMethods: ['generateContent'] },
    { name: 'models/gemini-3-pro', supportedGenerationMethods: ['generateContent'] },
    { name: 'models/imagen-4', supportedGenerationMethods: ['predict'] },
  ],
};

interface GoogleAnswer {
  status: number;
  body: unknown;
}

interface Ended {
  status: number | null;
  /** All that a person reads. */
  said: string;
}

interface Sent {
  method: string;
  path: string;
  authorization: string | undefined;
  body: string;
}

export interface Stage {
  address: string;
  /** In turn; the last one stays. Absent: it knows {@link GOOD_KEY}. */
  google: GoogleAnswer[];
  /** Keys that Google was asked about. */
  keysAsked: string[];
  /** What the site `default` is. */
  site: { source: 'variables' | 'record'; record: Record<string, unknown> };
  /** What the owner's API lists of the site `default`. */
  pictures: { address: string }[];
  /** The next answers of the owner's API, before the real ones. */
  refusals: GoogleAnswer[];
  /** What reached the deployment. */
  sent: Sent[];
  answer(answers: Answers): void;
  calls(command?: string): Call[];
  secrets(): Record<string, string>;
  /** Text of all files that were written. */
  written(): string;
  run(script: string, args: readonly string[], lines: readonly string[], env?: Record<string, string>): Promise<Ended>;
  close(): void;
}

const listen = (handle: (request: IncomingMessage, body: string, answer: ServerResponse) => void): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((request, answer) => {
      let body = '';
      request.on('data', (data) => (body += data)).on('end', () => handle(request, body, answer));
    });
    server.listen(0, '127.0.0.1', () => resolve(server));
  });

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'peel-setup-'));
  const bin = join(folder, 'bin');
  const notes = join(folder, 'notes');
  for (const path of [bin, notes]) mkdirSync(path);
  const fake = `#!${process.execPath}\nimport(${JSON.stringify(join(import.meta.dirname, 'fake-wrangler.ts'))});\n`;
  for (const name of ['wrangler', 'npm']) writeFileSync(join(bin, name), fake, { mode: 0o755 });

  const google = await listen(({ headers }, _, answer) => {
    stage.keysAsked.push(String(headers['x-goog-api-key']));
    const { status, body } =
      stage.google.length > 1 ? stage.google.shift()! : (stage.google[0] ?? { status: 200, body: KNOWN_MODELS });
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const deployment = await listen(({ method = '', url = '', headers }, body, answer) => {
    const say = (status: number, value: unknown) =>
      answer.writeHead(status, { 'content-type': 'application/json', etag: '"e1"' }).end(JSON.stringify(value));
    const secrets = stage.secrets();
    if (url === '/peel/health') {
      const demo = secrets.GOOGLE_API_KEYS === undefined;
      return say(200, { status: 'ok', demo, providers: [demo ? 'demo' : 'google'] });
    }
    if (url.startsWith('/images/')) return answer.writeHead(200, { 'content-type': 'image/png' }).end('a picture');
    if (!url.startsWith('/peel/admin/api/')) return answer.writeHead(404).end();
    stage.sent.push({ method, path: url, authorization: headers.authorization, body });
    const refusal = stage.refusals.shift();
    if (refusal) return say(refusal.status, refusal.body);
    if (headers.authorization !== `Bearer ${secrets.ADMIN_TOKEN}`) return say(401, { error: { message: 'no' } });
    if (url.endsWith('/api/sites')) return say(200, { sites: [{ id: 'default' }] });
    if (url.includes('/api/pictures?')) return say(200, { pictures: stage.pictures });
    if (method === 'PUT') stage.site = { source: 'record', record: JSON.parse(body) };
    const warnings = [{ field: 'budgets.dailyUsd', warning: 'is more than the deployment has' }];
    return say(200, { ...stage.site, ...(method === 'PUT' && { warnings }) });
  });

  const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  const stage: Stage = {
    ...{ address: addressOf(deployment), google: [], keysAsked: [], refusals: [], sent: [], pictures: [] },
    site: {
      source: 'variables',
      record: { origins: [], notice: 'Hello' },
    },
    answer: (answers) => writeFileSync(join(folder, 'answers.json'), JSON.stringify(answers)),
    calls: (command = '') =>
      read('calls.jsonl')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Call)
        .filter(({ args }) => args.join(' ').startsWith(command)),
    secrets: () => Object.assign({}, ...stage.calls('secret bulk').map(({ input }) => JSON.parse(input))),
    written: () => ['setup.json', 'deployment', 'release.json'].map((name) => read(join('notes', name))).join('\n'),
    run: (script, args, lines, env = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [join(ROOT, 'scripts', script), ...args], {
          cwd: folder,
          env: {
            PATH: `${bin}${delimiter}${process.env.PATH}`,
            ...{ HOME: folder, NO_COLOR: '1', FAKE_STATE: folder, PEEL_NOTES: notes },
            // Half of a script's start is the reading of its modules.
            NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'peel-compile-cache'),
            ...{ PEEL_URL: stage.address, GOOGLE_BASE_URL: addressOf(google), ...env },
          },
        });
        let said = '';
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data));
        child.on('error', reject);
        child.on('close', (status) => resolve({ status, said }));
        // A script that has failed reads no more.
        child.stdin.on('error', () => undefined);
        child.stdin.end(lines.map((line) => `${line}\n`).join(''));
      }),
    close() {
      for (const server of [google, deployment]) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(folder, { recursive: true });
    },
  };
  return stage;
}
