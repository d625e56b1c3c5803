/** The deployed worker with faulty bindings: `POST /__faults` names the calls that hang, fail or are slow. */
import type { Fault } from '../fault.ts';
import { wrapWorker } from './wrapped.ts';

let faults: Fault[] = [];

async function suffer(call: string, about: string): Promise<void> {
  const fault = faults.find((each) => each.call === call && about.includes(each.about ?? '') && each.times !== 0);
  if (!fault) return;
  if (fault.times !== undefined) fault.times -= 1;
  if (fault.does === 'hang') await new Promise(() => undefined);
  if (fault.does === 'fail') throw new Error(`${call}: We encountered an internal error. (10001)`);
  if (typeof fault.does === 'object') await scheduler.wait(fault.does.waitMs);
}

const faulty = wrapWorker({
  bindings: ['BUCKET', 'KV', 'LEDGER', 'GENERATION', 'PROOFS'],
  onCall: ({ name, about, run }) => suffer(name, about).then(run),
  path: '/__faults',
  async answer(request) {
    faults = await request.json<Fault[]>();
    return new Response();
  },
});

export class Generation extends faulty.Generation {}
export class Ledger extends faulty.Ledger {}
export { Proofs } from '../../../worker/objects/proofs.ts';
export default faulty.worker;
