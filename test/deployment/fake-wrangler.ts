/**
 * Stands on the path as `wrangler` and as `npm`. It writes down each call in the folder `FAKE_STATE`, with what came
 * through stdin, and answers from `answers.json` there, or as a healthy account does.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Call {
  command: string;
  args: string[];
  input: string;
}

/** One for each call that begins with these words, in turn; the last one stays. */
export type Answers = Record<string, { status?: number; stdout?: string; stderr?: string }[]>;

const folder = process.env.FAKE_STATE ?? '.';
const file = (name: string) => join(folder, name);
const read = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '');

const command = basename(process.argv[1] ?? '');
const args = process.argv.slice(2);
const input = args[0] === 'secret' && args[1] === 'bulk' ? readFileSync(0, 'utf8') : '';
const said = [command, ...args].join(' ');

const before = read('calls.jsonl')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Call);
appendFileSync(file('calls.jsonl'), `${JSON.stringify({ command, args, input } satisfies Call)}\n`);

/** Names of the secrets that earlier calls have stored. */
const stored = () =>
  before.flatMap(({ input: sent }) => (sent === '' ? [] : Object.keys(JSON.parse(sent)))).map((name) => ({ name }));

function healthy(): string {
  const [first, second] = args;
  if (first === 'whoami')
    return JSON.stringify({ email: 'mara@tidewater.example', accounts: [{ id: 'a1', name: 'Tidewater' }] });
  if (first === 'secret' && second === 'list') return JSON.stringify(stored());
  if (first === 'turnstile')
    return JSON.stringify({ sitekey: `0x4AAA${'s'.repeat(20)}`, secret: `0x4AAA${'t'.repeat(20)}` });
  if (first === 'kv') return JSON.stringify([{ id: 'ns1', title: 'peel-kv' }]);
  if (first === 'r2' && args[2] === 'info')
    return JSON.stringify({ name: 'peel-bucket', object_count: '0', bucket_size: '0 B' });
  return '';
}

const answers = JSON.parse(read('answers.json') || '{}') as Answers;
const key = Object.keys(answers).find((words) => said.startsWith(words));
const turn =
  key === undefined ? 0 : before.filter((call) => [call.command, ...call.args].join(' ').startsWith(key)).length;
const list = key === undefined ? [] : (answers[key] ?? []);
const { status = 0, stdout, stderr = '' } = list[Math.min(turn, list.length - 1)] ?? {};
process.stdout.write(stdout ?? (status === 0 ? healthy() : ''));
process.stderr.write(stderr);
if (status === 0 && args[0] === 'deploy' && process.env.WRANGLER_OUTPUT_FILE_PATH && process.env.FAKE_ADDRESS) {
  const entry = { type: 'deploy', targets: [process.env.FAKE_ADDRESS] };
  writeFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH, `${JSON.stringify(entry)}\n`);
}
process.exitCode = status;
