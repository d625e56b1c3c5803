/** Proofs about who may spend. */
import { testShortProofs } from './short-proofs.ts';

testShortProofs([
  { name: 'tickets', behaviour: 'accepts no ticket that was changed' },
  { name: 'sessions', behaviour: 'gives one ticket for a proof that is sent five times at once' },
  { name: 'networks', behaviour: 'gives all scripts of one network together what one network may have' },
  { name: 'outage', behaviour: 'serves visitors from a tenth of the day while Cloudflare cannot check their proofs' },
  { name: 'sites', behaviour: 'gives no site anything of another, and calls no object of another in a flood' },
  { name: 'strangers', behaviour: 'gives a script without a proof nothing, and with one what one ticket allows' },
]);
