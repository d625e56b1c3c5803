/** A proof is exchanged for one ticket, however often and at the same time it is sent. */
import { type Effort, type Figure, many } from '../figures.ts';
import { ORIGIN, SECRET } from '../peel.ts';
import type { Stage } from '../stage.ts';
import { send } from './send.ts';
import type { SessionErrand, SessionFindings } from './session-client.ts';

const PROOFS: Record<Effort, number> = { full: 10_000, short: 100 };
const PROCESSES = 2;
const USES = 5;

export function proveSessions(stage: Stage, effort: Effort): Promise<Figure[]> {
  return stage.withPeel({ SITE_PROOF: 'pow' }, async (peel) => {
    const proofs = PROOFS[effort] / PROCESSES;
    const findings = await Promise.all(
      Array.from({ length: PROCESSES }, (_, n) =>
        send<SessionErrand, SessionFindings>('session-client.ts', {
          ...{ url: peel.url, origin: ORIGIN, secret: SECRET },
          ...{ first: n * proofs, proofs, uses: USES },
        }),
      ),
    );
    const sum = (of: (found: SessionFindings) => number) => findings.reduce((total, found) => total + of(found), 0);
    const tickets = new Set(findings.flatMap((found) => found.tickets)).size;
    const others = findings.flatMap((found) => found.others);
    for (const other of others.slice(0, 5)) stage.say(`sessions: ${other}`);
    const sent = sum((found) => found.proofs);
    const measuredOn = `${many(sent, 'proof')} of work, each sent ${USES} times at the same time from ${PROCESSES} processes`;
    stage.say(`sessions: ${tickets} tickets for ${sent} proofs`);
    return [
      { promise: 'Tickets', figure: tickets.toLocaleString('en-US'), measuredOn, holds: tickets === PROOFS[effort] },
      {
        promise: 'Proofs with another number of tickets than one',
        figure: `${sum((found) => found.notOnce)}`,
        measuredOn,
        holds: sum((found) => found.notOnce) === 0,
      },
      {
        promise: 'Answers but a ticket and `PROOF_INVALID` with `why: used`',
        figure: `${others.length}`,
        measuredOn,
        holds: others.length === 0,
      },
    ];
  });
}
