/**
 * The permission that the address of an upload carries, as at Google: the steps that send its bytes need no key.
 * The upload's id alone would be none, since it becomes the id of the file, which other callers of the site may know.
 */
import { type SealContext, seal, unseal } from './sealed-token.ts';

/** An upload that has not ended by then never will. */
export const UPLOAD_SECONDS = 86_400;

export interface UploadPass {
  site: string;
  /** Who began the upload, and will own the file. */
  maker: string;
  /** Of the upload, and of the file that will come of it. */
  id: string;
}

const CONTEXT: SealContext = { purpose: 'upload', boundTo: [] };

/**
 * @param secrets Newest first.
 * @param now Unix seconds.
 */
export const issueUploadToken = (secrets: readonly string[], pass: UploadPass, now: number): Promise<string> =>
  seal(secrets, CONTEXT, [pass.site, pass.maker, pass.id, String(now + UPLOAD_SECONDS)]);

/**
 * @param now Unix seconds.
 * @returns What it permits; undefined for a token that is past its end or that this deployment did not issue.
 */
export async function readUploadToken(
  secrets: readonly string[],
  token: string,
  now: number,
): Promise<UploadPass | undefined> {
  const fields = await unseal(secrets, CONTEXT, token);
  if (fields?.length !== 4) return undefined;
  const [site, maker, id, expiresAt] = fields as [string, string, string, string];
  return now < Number(expiresAt) ? { site, maker, id } : undefined;
}
