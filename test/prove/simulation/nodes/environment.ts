/** The environment of an object in a world. */
import type { FundsOf } from '../../../../worker/ledger/rpc.ts';
import type { Workload } from '../workload.ts';
import type { Room } from './node.ts';
import type { Provider } from './provider.ts';
import type { Store } from './store.ts';

export interface Environment {
  workload: Workload;
  store: Store;
  provider: Provider;
  /** The ledgers as an object reaches them. */
  fundsOf: (room: Room) => FundsOf;
}
