/** The black-box proofs by name, in the order they run. Each calls a deployment from outside and counts its effects. */

import type { Effort, Figure } from './figures.ts';
import { proveCrowd } from './proofs/crowd.ts';
import { proveCut } from './proofs/cut.ts';
import { proveDear } from './proofs/dear.ts';
import { proveFlood } from './proofs/flood.ts';
import { proveHang } from './proofs/hang.ts';
import { proveIdentical } from './proofs/identical.ts';
import { proveKill } from './proofs/kill.ts';
import { proveLeave } from './proofs/leave.ts';
import { proveLogs } from './proofs/logs.ts';
import { proveMissed } from './proofs/missed.ts';
import { proveNetworks } from './proofs/networks.ts';
import { proveOutage } from './proofs/outage.ts';
import { provePause } from './proofs/pause.ts';
import { proveReferences } from './proofs/references.ts';
import { proveSessions } from './proofs/sessions.ts';
import { proveSites } from './proofs/sites.ts';
import { proveStall } from './proofs/stall.ts';
import { proveStrangers } from './proofs/strangers.ts';
import { proveTickets } from './proofs/tickets.ts';
import type { Stage } from './stage.ts';

export type Prove = (stage: Stage, effort: Effort) => Promise<Figure[]>;

export const PROOFS: Readonly<Record<string, Prove>> = {
  crowd: proveCrowd,
  dear: proveDear,
  identical: proveIdentical,
  kill: proveKill,
  missed: proveMissed,
  cut: proveCut,
  stall: proveStall,
  hang: proveHang,
  leave: proveLeave,
  pause: provePause,
  flood: proveFlood,
  references: proveReferences,
  tickets: proveTickets,
  sessions: proveSessions,
  strangers: proveStrangers,
  networks: proveNetworks,
  outage: proveOutage,
  sites: proveSites,
  logs: proveLogs,
};
