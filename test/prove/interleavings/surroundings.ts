/** What is around an object in a world. */
import type { Accounts } from '../../../worker/ledger/rpc.ts';
import type { Room } from './actor.ts';
import type { Plan } from './plan.ts';
import type { Provider } from './provider.ts';
import type { Store } from './store.ts';

export interface Surroundings {
  plan: Plan;
  store: Store;
  provider: Provider;
  /** The ledgers as an object reaches them. */
  accountsOf: (room: Room) => Accounts;
}
