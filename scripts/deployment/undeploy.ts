/** The steps of `npm run undeploy`: what there is, a copy of the pictures if that is wanted, and its end. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseJson } from '../../worker/shared/json.ts';
import { CannotGoOn } from './cannot-go-on.ts';
import type { Cloudflare } from './cloudflare.ts';
import { BUCKET, KV_NAMESPACE, WORKER } from './names.ts';
import type { Notes } from './notes.ts';
import { createOwnerApi, type OwnerApi } from './owner-api.ts';
import type { Terminal } from './terminal.ts';

export interface UndeployOptions {
  terminal: Terminal;
  cloudflare: Cloudflare;
  notes: Notes;
  /** Where copies of the pictures go. */
  exportFolder: string;
}

interface Found {
  namespaceId?: string;
  /** Absent: there is no bucket. */
  bucket?: { objects: string; size: string };
}

interface PicturePage {
  pictures: readonly { address: string }[];
  next?: string | null;
}

async function look(cloudflare: Cloudflare): Promise<Found> {
  const namespaces = parseJson(await cloudflare.demand(['kv', 'namespace', 'list']));
  const { id } = (Array.isArray(namespaces) ? namespaces : []).find(({ title }) => title === KV_NAMESPACE) ?? {};
  const bucket = await cloudflare.run(['r2', 'bucket', 'info', BUCKET, '--json']);
  const info = bucket.ok ? (parseJson(bucket.stdout) as { object_count?: string; bucket_size?: string }) : undefined;
  return {
    ...(typeof id === 'string' && { namespaceId: id }),
    ...(info && { bucket: { objects: info.object_count ?? '?', size: info.bucket_size ?? '?' } }),
  };
}

/** Copies every picture that the sites' ledgers list. @returns How many. */
async function exportPictures(api: OwnerApi, folder: string, say: (text: string) => void): Promise<number> {
  const { sites } = (await api.get('sites')) as { sites: readonly { id: string }[] };
  let count = 0;
  for (const { id } of sites) {
    mkdirSync(join(folder, id), { recursive: true });
    for (let next: string | null | undefined = ''; next !== undefined && next !== null; ) {
      const before = next === '' ? '' : `&before=${encodeURIComponent(next)}`;
      const page = (await api.get(`pictures?site=${id}&limit=100${before}`)) as PicturePage;
      for (const { address } of page.pictures) {
        const answer = await fetch(address);
        // Its days are over, or it was deleted by hand.
        if (!answer.ok) continue;
        const [run = '', name = ''] = new URL(address).pathname.split('/').slice(-2);
        writeFileSync(join(folder, id, basename(`${run}-${name}`)), new Uint8Array(await answer.arrayBuffer()));
        count += 1;
      }
      say(`${count} pictures`);
      next = page.next;
    }
  }
  return count;
}

export async function undeploy({ terminal, cloudflare, notes, exportFolder }: UndeployOptions): Promise<void> {
  const { say, done, warn, ask, askHidden } = terminal;
  const user = await cloudflare.whoAmI();
  if (!user) throw new CannotGoOn('This machine is not logged in to Cloudflare. Run `npx wrangler login`.');
  const known = process.env.CLOUDFLARE_ACCOUNT_ID ?? notes.readSetup().accountId;
  const account = user.accounts.length === 1 ? user.accounts[0] : user.accounts.find(({ id }) => id === known);
  if (!account) throw new CannotGoOn('There are several accounts: CLOUDFLARE_ACCOUNT_ID must name one of them.');
  cloudflare.use(account);
  const { namespaceId, bucket } = await look(cloudflare);
  const address = notes.address();
  say();
  say(`In the account ${account.name} these go, for good:`);
  say(
    `  worker ${WORKER}${address ? ` at ${address}` : ''}, with the ledgers of its sites, its limits and its secrets`,
  );
  say(`  KV ${KV_NAMESPACE}${namespaceId ? ': sites, clients, settings' : ': there is none'}`);
  say(`  R2 ${BUCKET}: ${bucket ? `${bucket.objects} objects, ${bucket.size}` : 'there is none'}`);
  say('Your provider keys stay valid at the provider. A Turnstile widget stays in the account.');
  say();
  if (address && bucket) {
    const token = await askHidden('Password of the desk, to copy all pictures here first (Enter for no copy):');
    if (token !== '') {
      const count = await exportPictures(createOwnerApi(address, token), exportFolder, say);
      done(`${count} pictures are in ${exportFolder}`);
    }
  }
  if ((await ask(`Type ${WORKER} to delete all of it:`)) !== WORKER) throw new CannotGoOn('Nothing was deleted.');

  // First the worker, so that nothing is written while storage goes.
  const worker = await cloudflare.run(['delete', WORKER, '--force']);
  if (worker.ok) done(`Worker ${WORKER} is deleted`);
  else warn(`The worker was not deleted: ${worker.said}`);
  if (namespaceId) {
    await cloudflare.demand(['kv', 'namespace', 'delete', '--namespace-id', namespaceId, '--skip-confirmation']);
    done(`KV ${KV_NAMESPACE} is deleted`);
  }
  if (bucket) await deleteBucket(cloudflare, terminal);
  notes.forget();
}

/** R2 deletes no bucket that has objects, and wrangler deletes only objects whose names are known. */
async function deleteBucket(cloudflare: Cloudflare, { done, warn }: Terminal): Promise<void> {
  const deleted = await cloudflare.run(['r2', 'bucket', 'delete', BUCKET]);
  if (deleted.ok) return done(`R2 ${BUCKET} is deleted`);
  const rule = [
    'r2',
    'bucket',
    'lifecycle',
    'add',
    BUCKET,
    'peel-empty',
    '--prefix',
    '',
    '--expire-days',
    '1',
    '--force',
  ];
  const emptied = await cloudflare.run(rule);
  if (!emptied.ok) throw new CannotGoOn(`R2 ${BUCKET} was not deleted: ${deleted.said}\n${emptied.said}`);
  warn(
    `R2 ${BUCKET} still has objects. They go within two days; run \`npm run undeploy\` then, and the bucket goes too.`,
  );
}
