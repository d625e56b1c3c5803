/**
 * Looks up what a request names in place of its bytes: our own pictures, uploaded files and large signatures, in R2
 * only. A look-up has two steps: a size costs one small read, but a digest may cost reading the whole object.
 */
import { HEAD_BYTES, IMAGE_MIME_TYPES, type ImageFacts, sniffImage } from '../request/image-type.ts';
import type { KeptInput } from '../request/inputs.ts';
import type { KeptReference } from '../request/parse-references.ts';
import { fail, invalidField, type Result, succeed } from '../shared/failure.ts';
import { keepNewest } from '../shared/newest.ts';
import { mapAtMost } from './at-most.ts';
import { createFiles } from './files.ts';
import { blobKey, classOf, isPast } from './keys.ts';
import { labelsOf, siteOf } from './labels.ts';
import { withRetries } from './retry.ts';
import { findTemplatePicture } from './template-pictures.ts';

/** Six connections may wait for headers at once (developers.cloudflare.com/workers/platform/limits). */
const LOOK_UPS_AT_ONCE = 4;
/** Each reads a whole picture. */
const DIGESTS_AT_ONCE = 2;
/** An isolate remembers facts of so many objects; the least recently used are dropped first. */
const MAX_REMEMBERED = 1000;

/** An input that was found, perhaps without its digest. */
type FoundInput = Omit<KeptInput, 'sha256'> & { sha256?: string };

export interface ReferenceReader {
  /**
   * @returns An input for each reference, in order. Fails with `NOT_FOUND` where one is gone, expired (even if R2
   *   still has it) or of another site; with `INVALID_FIELD` where it is no picture that a model takes.
   */
  find(references: readonly KeptReference[]): Promise<Result<FoundInput[]>>;
  /** Completes the digests: reads each input without one to its end. */
  digest(found: readonly FoundInput[]): Promise<KeptInput[]>;
}

/** Facts of an object that never change, because an address never changes its bytes. */
interface Facts {
  image?: ImageFacts;
  sha256?: string;
}

/** @param now Unix milliseconds. */
export function createReferenceReader(bucket: R2Bucket, now: () => number): ReferenceReader {
  const files = createFiles(bucket, now);
  const recent = createRecent();

  /** One read gives size, age and pixels. A picture that was seen before needs no bytes. */
  async function look({
    kind,
    id,
    n,
  }: Exclude<KeptReference, { kind: 'file' | 'template' }>): Promise<{ stored: R2Object; facts: Facts } | undefined> {
    const key = blobKey(kind === 'image' ? 'images' : 'signatures', id, n);
    const known = recent.get(key);
    if (kind === 'signature' || known.image) {
      const stored = await bucket.head(key);
      return stored ? { stored, facts: { ...digestIn(stored), ...known } } : undefined;
    }
    const stored = await bucket.get(key, { range: { offset: 0, length: HEAD_BYTES } });
    if (!stored) return undefined;
    const image = sniffImage(await stored.bytes());
    return { stored, facts: { ...digestIn(stored), ...(image && { image }), ...known } };
  }

  /** All that is known of an upload stands in its record. */
  async function findFile(reference: Extract<KeptReference, { kind: 'file' }>): Promise<Result<FoundInput>> {
    const file = await files.find(reference.site, reference.id);
    if (!file) return fail(gone(reference));
    const { object, size, sha256, image } = file;
    return succeed({ kind: 'image', object, size, sha256, image });
  }

  async function findOfTemplate({
    site,
    id,
  }: Extract<KeptReference, { kind: 'template' }>): Promise<Result<FoundInput>> {
    const found = await withRetries(() => findTemplatePicture(bucket, site, id));
    // Visitors read this word for word, so it does not say which picture, nor of how many.
    const problem = `a picture of the template of the site ${site} is missing`;
    return found ? succeed(found) : fail({ reason: 'CONFIG_BROKEN', problem });
  }

  async function findOne(reference: KeptReference): Promise<Result<FoundInput>> {
    if (reference.kind === 'file') return findFile(reference);
    if (reference.kind === 'template') return findOfTemplate(reference);
    const { kind, id, field } = reference;
    const there = await withRetries(() => look(reference));
    const retention = classOf(id);
    if (!there || !retention || isPast(retention, there.stored.uploaded.getTime(), now())) return fail(gone(reference));
    const { stored, facts } = there;
    if (reference.kind === 'image' && facts.image?.mimeType !== reference.mimeType) {
      return fail(facts.image ? gone(reference) : invalidField(field, NO_PICTURE));
    }
    if (reference.kind === 'image' && !isOf(stored, reference)) {
      return fail({ ...gone(reference), ...(reference.template !== undefined && { hint: NOT_OF_TEMPLATE }) });
    }
    recent.add(stored.key, facts);
    return succeed({ kind, object: stored.key, size: stored.size, ...facts });
  }

  async function digestOne(found: FoundInput): Promise<KeptInput> {
    const sha256 = found.sha256 ?? (await withRetries(() => digestOf(bucket, found.object)));
    recent.add(found.object, { ...(found.image && { image: found.image }), sha256 });
    return { ...found, sha256 };
  }

  return {
    async find(references) {
      const found: FoundInput[] = [];
      for (const result of await mapAtMost(LOOK_UPS_AT_ONCE, references, findOne)) {
        if (!result.ok) return result;
        found.push(result.value);
      }
      return succeed(found);
    },
    digest: (found) => mapAtMost(DIGESTS_AT_ONCE, found, digestOne),
  };
}

const NOT_OF_TEMPLATE = 'It must be a picture that this site has made with its form as it is.';

/** A picture that was stored without labels is of the site `default` and of no template. */
const isOf = (stored: R2Object, { site, template }: { site: string; template?: string }): boolean =>
  siteOf(stored) === site && (template === undefined || labelsOf(stored)?.template === template);

const NO_PICTURE = `must name a picture of one of ${IMAGE_MIME_TYPES.join(', ')}.`;

/** Also for a picture whose type differs from its address: `GET` does not know that address either. */
const gone = ({ kind, field }: KeptReference) => ({
  reason: 'NOT_FOUND' as const,
  what: `The ${kind === 'image' ? 'picture' : kind} of ${field}`,
});

/** An object stored by one put has its digest as metadata; a multipart upload begins before it is known. */
function digestIn({ customMetadata }: R2Object): Pick<Facts, 'sha256'> {
  const sha256 = customMetadata?.sha256;
  return sha256 && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {};
}

/** The pipe runs outside JavaScript: no byte of the object is ever in the heap. */
async function digestOf(bucket: R2Bucket, key: string): Promise<string> {
  const object = await bucket.get(key);
  if (!object) throw new Error(`${key} went away while it was looked up`);
  const stream = new crypto.DigestStream('SHA-256');
  // A broken pipe rejects by itself.
  stream.digest.catch(() => undefined);
  await object.body.pipeTo(stream);
  return new Uint8Array(await stream.digest).toHex();
}

function createRecent() {
  const facts = new Map<string, Facts>();
  return {
    get: (key: string): Facts => facts.get(key) ?? {},
    add: (key: string, fact: Facts): void => keepNewest(facts, key, fact, MAX_REMEMBERED),
  };
}
