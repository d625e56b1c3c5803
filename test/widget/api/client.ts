/** A client of a fake worker, and a request. */
import { createClient } from '../../../widget/api/generate.ts';
import type { StreamEvent, Take } from '../../../widget/api/model.ts';
import { createTicketHolder } from '../../../widget/api/ticket.ts';
import { toBody } from '../../../widget/settings/body.ts';
import { type Settings, settle } from '../../../widget/settings/settings.ts';
import type { Proof, SessionAnswer, SessionRequest } from '../../../worker/protocol.ts';
import { ENDPOINT, FACTS, fakeWorker } from '../support.ts';

const settings = settle(FACTS, {
  model: '',
  models: '',
  aspectRatio: '16:9',
  resolution: '',
  thinking: '',
  grounding: 'none',
  count: 1,
}) as Settings;

export const TAKE: Take = {
  model: 'gemini-nano-banana-2.1',
  body: toBody([{ role: 'user', parts: [{ text: 'a fox' }] }], settings),
};

export interface Given {
  site?: string;
  endpoint?: string;
  online?: boolean;
  /** The challenge of the facts that the element has. */
  challenge?: Proof;
}

export function setUp({ site = 'default', endpoint = ENDPOINT, online = true, challenge }: Given = {}) {
  const worker = fakeWorker();
  const network = { isOnline: online };
  const tickets: SessionAnswer[] = [];
  const proved: Proof[] = [];
  const options = {
    ...{ endpoint, site, fetch: worker.fetch, now: Date.now, isOnline: () => network.isOnline },
    challenge: () => challenge ?? FACTS.proof,
    prove: async (given: Proof): Promise<SessionRequest['proof']> => {
      if (given.kind === 'none') return undefined;
      proved.push(given);
      return { pow: { nonce: given.nonce, solution: `solution of ${given.nonce}` } };
    },
  };
  const holder = createTicketHolder(Date.now);
  const client = createClient(options, holder, (answer) => void tickets.push(answer));
  return { worker, client, network, tickets, proved };
}

export const never = () => new AbortController().signal;
export const last = (events: StreamEvent[]) => events.at(-1);

export async function all(events: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const found: StreamEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}
