/** Identifies the owner of an upload at each step. */
import { credentialOf } from '../../auth/auth.ts';
import type { Caller } from '../../auth/caller.ts';
import { readUploadToken } from '../../auth/upload-token.ts';
import { ownerOf } from '../../files/file.ts';
import type { Services } from '../../services.ts';
import { type Failure, fail, type Result, succeed } from '../../shared/failure.ts';
import type { PageOrigin } from '../../sites/origins.ts';

export interface UploadOwner {
  site: string;
  maker: string;
  /** Absent if only the upload's address carries permission: enough to continue this upload, not to begin another. */
  caller?: Caller;
}

/** The query field for the token in an upload's address. */
export const TOKEN = 'upload_token';

/**
 * Admits the caller by its key or ticket, or the upload's owner by the token in the address. Clients that follow
 * Google's documentation send no key with the bytes (`docs/wire-facts.md#google-files`).
 */
export async function admitUpload(
  request: Request,
  origin: PageOrigin,
  { gate, sites, config, now }: Pick<Services, 'gate' | 'sites' | 'config' | 'now'>,
): Promise<Result<UploadOwner>> {
  const { searchParams: query } = new URL(request.url);
  const token = query.get(TOKEN);
  const pass = token === null ? undefined : await readUploadToken(config.secrets, token, Math.floor(now() / 1000));
  const isPermitted = pass !== undefined && pass.id === query.get('upload_id');
  if (isPermitted && credentialOf(request) === undefined) {
    const site = await sites.find(pass.site);
    if (!site.ok) return site;
    const refused = origin.refusedBy(site.value.site) ?? (await gate.admitBurst(request));
    return refused ? fail(refused) : succeed({ site: pass.site, maker: pass.maker });
  }
  const caller = await gate.admit(request, origin);
  if (caller.ok) return succeed({ site: caller.value.site.id, maker: ownerOf(caller.value), caller: caller.value });
  // A ticket may expire during its upload.
  return isPermitted && isOfKey(caller.failure) ? succeed({ site: pass.site, maker: pass.maker }) : caller;
}

const isOfKey = ({ reason }: Failure): boolean => reason.startsWith('TICKET_') || reason === 'KEY_INVALID';
