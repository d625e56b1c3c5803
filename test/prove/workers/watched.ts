/** The deployed worker, and which objects are called: `GET /__calls` lists their names and begins anew. */
import { wrapWorker } from './wrapped.ts';

const calls = new Set<string>();

const watched = wrapWorker({
  bindings: ['LEDGER', 'GENERATION', 'PROOFS'],
  onCall({ binding, about, run }) {
    calls.add(`${binding} ${about}`);
    return run();
  },
  path: '/__calls',
  answer() {
    const names = [...calls];
    calls.clear();
    return Response.json(names);
  },
});

export class Generation extends watched.Generation {}
export class Ledger extends watched.Ledger {}
export { Proofs } from '../../../worker/objects/proofs.ts';
export default watched.worker;
