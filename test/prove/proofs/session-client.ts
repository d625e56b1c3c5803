/**
 * A process of sessions.ts: makes proofs and sends each several times at once, each from an address of its own. It has
 * the deployment's secret and makes easy challenges, because 10,000 at real difficulty would take an hour.
 */
import { easyChallenge, powOf } from '../../proofs/solve.ts';

export interface SessionErrand {
  url: string;
  origin: string;
  secret: string;
  /** The number of the first proof. */
  first: number;
  proofs: number;
  /** How often each is sent. */
  uses: number;
}

export interface SessionFindings {
  proofs: number;
  tickets: string[];
  /** Proofs that did not give exactly one ticket. */
  notOnce: number;
  /** Answers that are neither a ticket nor a refusal because the proof is used. */
  others: string[];
}

const { url, origin, secret, first, proofs, uses } = JSON.parse(process.argv[2] as string) as SessionErrand;
/** Proofs at the same time. */
const IN_FLIGHT = 8;
const findings: SessionFindings = { proofs: 0, tickets: [], notOnce: 0, others: [] };

/** One of 2^24 addresses, and how the worker writes its prefix. */
function addressOf(n: number): { address: string; prefix: string } {
  const bytes = [10, n >> 16, (n >> 8) & 255, n & 255];
  return { address: bytes.join('.'), prefix: `4:${Buffer.from(bytes).toString('hex')}` };
}

async function useOne(n: number): Promise<void> {
  const { address, prefix } = addressOf(n);
  const proof = await powOf(await easyChallenge(secret, { site: 'default', origin, prefix }));
  const post = async () => {
    const answer = await fetch(`${url}/peel/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin, 'CF-Connecting-IP': address },
      body: JSON.stringify({ site: 'default', proof }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const answers = await Promise.all(Array.from({ length: uses }, post));
  const given = answers.filter(({ status }) => status === 200);
  findings.proofs += 1;
  findings.tickets.push(...given.map(({ text }) => (JSON.parse(text) as { token: string }).token));
  if (given.length !== 1) findings.notOnce += 1;
  const others = answers.filter(({ status, text }) => status !== 200 && !(status === 400 && /"why":"used"/.test(text)));
  findings.others.push(...others.map(({ status, text }) => `${status} ${text}`));
}

let next = first;
await Promise.all(
  Array.from({ length: IN_FLIGHT }, async () => {
    while (next < first + proofs) await useOne(next++);
  }),
);
// A megabyte takes a moment, and a channel that is closed before loses it.
process.send?.(findings, () => process.disconnect());
