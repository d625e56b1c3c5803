/** `npm run undeploy`: deletes the worker and its storage, after a copy of the pictures if that is wanted. */
import { join } from 'node:path';
import { atTerminal } from './deployment/at-terminal.ts';
import { createCloudflare } from './deployment/cloudflare.ts';
import { openNotes } from './deployment/notes.ts';
import { undeploy } from './deployment/undeploy.ts';

const today = new Date().toISOString().slice(0, 10);

await atTerminal((terminal) =>
  undeploy({
    ...{ terminal, cloudflare: createCloudflare(), notes: openNotes() },
    exportFolder: join(process.env.INIT_CWD ?? process.cwd(), `peel-pictures-${today}`),
  }),
);
