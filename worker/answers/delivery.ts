/**
 * How pictures get into an answer: in flight from R2 as base64, or as addresses. Both work on the skeleton alone; no
 * picture is ever whole in memory, and a slow reader holds nothing but his own connection.
 */
import { isPrivateId, SIGNED_SECONDS, signatureQuery } from '../auth/private-picture.ts';
import { toLinks } from '../gemini/forms/links.ts';
import { type Chunk, isLifted, type Lifted, type OpenBlob } from '../gemini/lift/skeleton.ts';
import type { Delivery } from '../request/headers.ts';
import { extensionOf } from '../request/image-type.ts';
import { signatureReference } from '../request/signature-reference.ts';
import type { Form } from '../request/target.ts';
import type { ImageStore } from '../storage/images.ts';
import type { StoredImage } from '../storage/manifest.ts';

/** What a caller wants of an answer. None of it is in the key: one kept answer serves every form. */
export interface Wanted {
  form: Form;
  delivery: Delivery;
  /** The worker's own origin, for addresses of pictures. */
  origin: string;
  site: string;
}

export interface DeliveryOptions {
  images: ImageStore;
  /** Signs signature references and addresses of private pictures. */
  secret: string;
  /** Unix milliseconds. */
  now: () => number;
  /** Takes keys out of text; what was joined from pieces is looked at again. */
  redact: (chunk: Chunk) => Chunk;
}

/** The pictures of one run. */
export interface Pictures {
  id: string;
  images: readonly StoredImage[];
}

/** A picture that its manifest names is not in R2 (any more). */
class PictureGone extends Error {
  override name = 'PictureGone';
}

export const pictureAddress = (origin: string, id: string, n: number, mimeType: string): string =>
  `${origin}/images/${id}/${n}.${extensionOf(mimeType) ?? 'png'}`;

export function createDelivery({ images, secret, now, redact }: DeliveryOptions) {
  /** Of a private picture signed anew for each answer, so that its asker's page can show it for a while. */
  function addressOf(origin: string, id: string, n: number, mimeType: string): string {
    const address = pictureAddress(origin, id, n, mimeType);
    if (!isPrivateId(id)) return address;
    return `${address}?${signatureQuery(secret, id, Math.floor(now() / 1000) + SIGNED_SECONDS)}`;
  }

  return {
    redact,

    /** Puts addresses where pictures stood, and references where large signatures stood. */
    link(chunk: Chunk, pictures: Pictures, wanted: Wanted): Chunk {
      const linked = toLinks(chunk, wanted.form, {
        image: (n, declared) => {
          const mimeType = pictures.images.find((image) => image.n === n)?.mimeType ?? declared;
          return { mimeType, fileUri: addressOf(wanted.origin, pictures.id, n, mimeType) };
        },
        signatureRef: (n) => signatureReference(secret, { id: pictures.id, n, site: wanted.site }),
      });
      // Written anew, so that what was escaped no longer is.
      return redact(linked);
    },

    /** Reads lifted strings back as they are needed. */
    open(id: string): OpenBlob {
      return async (blob) => (await openOrThrow(id, blob)).body;
    },

    /**
     * Opens every lifted string before the first byte of an answer is sent: what is missing then makes it a miss and
     * not a broken answer.
     *
     * @returns undefined where one is gone.
     */
    async openAll(id: string, chunks: readonly Chunk[]): Promise<OpenBlob | undefined> {
      const blobs = chunks.flat().filter(isLifted);
      const opened = await Promise.all(blobs.map(({ kind, n }) => images.open(kind, id, n)));
      if (opened.includes(null)) {
        await Promise.all(opened.map((object) => object?.body.cancel()));
        return undefined;
      }
      // A picture may stand in an answer twice, as a draft and as the picture: each place reads its own.
      const bodies = Map.groupBy(
        blobs.map((blob, at) => ({ name: nameOf(blob), body: (opened[at] as R2ObjectBody).body })),
        ({ name }) => name,
      );
      return async (blob) => bodies.get(nameOf(blob))!.shift()!.body;
    },

    /** Deletes pictures that the provider has taken back. */
    takeBack: (id: string): Promise<void> => images.remove(id),

    /** Whether every picture that an answer would link to is there. */
    hasAll: (id: string, chunks: readonly Chunk[]): Promise<boolean> => images.hasAll(id, chunks),
  };

  async function openOrThrow(id: string, { kind, n }: Lifted): Promise<R2ObjectBody> {
    const object = await images.open(kind, id, n);
    if (!object) throw new PictureGone(`${kind} ${n} of ${id}`);
    return object;
  }
}

export type PictureDelivery = ReturnType<typeof createDelivery>;

const nameOf = ({ kind, n }: Lifted): string => `${kind}/${n}`;
