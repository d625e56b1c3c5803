/** The black-box proofs by name, in the order they run: a deployment is asked from outside, and what it did is counted. */
import { proveCrowd } from './crowd.ts';
import { proveCut } from './cut.ts';
import { proveDear } from './dear.ts';
import type { Effort, Figure } from './figures.ts';
import { proveFlood } from './flood.ts';
import { proveHang } from './hang.ts';
import { proveIdentical } from './identical.ts';
import { proveKill } from './kill.ts';
import { proveLeave } from './leave.ts';
import { provePause } from './pause.ts';
import { proveReferences } from './references.ts';
import type { Stage } from './stage.ts';
import { proveStall } from './stall.ts';

export type Prove = (stage: Stage, effort: Effort) => Promise<Figure[]>;

export const PROOFS: Readonly<Record<string, Prove>> = {
  crowd: proveCrowd,
  dear: proveDear,
  identical: proveIdentical,
  kill: proveKill,
  cut: proveCut,
  stall: proveStall,
  hang: proveHang,
  leave: proveLeave,
  pause: provePause,
  flood: proveFlood,
  references: proveReferences,
};
