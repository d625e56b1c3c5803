/**
 * Puts pictures into an answer, either streamed from R2 as base64 or as addresses. Both ways work on the skeleton
 * alone, so no picture is ever whole in memory. A slow reader holds nothing but its own connection.
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

/**
 * The form in which a caller wants an answer. None of it is in the canonical key: one stored answer serves every form.
 */
export interface Wanted {
  form: Form;
  delivery: Delivery;
  /** The worker's own origin, without a trailing slash, for addresses of pictures. */
  origin: string;
  site: string;
}

export interface DeliveryOptions {
  images: ImageStore;
  /** Signs signature references and addresses of private pictures. */
  secret: string;
  /** Unix milliseconds. */
  now: () => number;
  /** Removes provider keys from text. */
  redact: (chunk: Chunk) => Chunk;
}

/** The pictures of one run. */
export interface Pictures {
  id: string;
  images: readonly StoredImage[];
}

/** A picture that its manifest names is not in R2. */
class PictureGone extends Error {
  override name = 'PictureGone';
}

export const pictureAddress = (origin: string, id: string, n: number, mimeType: string): string =>
  `${origin}/images/${id}/${n}.${extensionOf(mimeType) ?? 'png'}`;

export function createDelivery({ images, secret, now, redact }: DeliveryOptions) {
  /** The address of a private picture is signed anew for each answer and opens for {@link SIGNED_SECONDS}. */
  function addressOf(origin: string, id: string, n: number, mimeType: string): string {
    const address = pictureAddress(origin, id, n, mimeType);
    if (!isPrivateId(id)) return address;
    return `${address}?${signatureQuery(secret, id, Math.floor(now() / 1000) + SIGNED_SECONDS)}`;
  }

  return {
    redact,

    /** Replaces pictures by addresses, and large signatures by references. */
    link(chunk: Chunk, pictures: Pictures, wanted: Wanted): Chunk {
      const linked = toLinks(chunk, wanted.form, {
        image: (n, declared) => {
          const mimeType = pictures.images.find((image) => image.n === n)?.mimeType ?? declared;
          return { mimeType, fileUri: addressOf(wanted.origin, pictures.id, n, mimeType) };
        },
        signatureRef: (n) => signatureReference(secret, { id: pictures.id, n, site: wanted.site }),
      });
      // The JSON was written anew, so a key that was hidden by escapes is now plain.
      return redact(linked);
    },

    /** Reads each lifted string when the answer reaches it. Throws `PictureGone` if R2 does not have it. */
    open(id: string): OpenBlob {
      return async (blob) => (await openOrThrow(id, blob)).body;
    },

    /**
     * Opens every lifted string before the first byte of an answer is sent. A missing one then makes the request a miss
     * instead of a broken answer.
     *
     * @returns undefined if one is gone.
     */
    async openAll(id: string, chunks: readonly Chunk[]): Promise<OpenBlob | undefined> {
      const blobs = chunks.flat().filter(isLifted);
      const opened = await Promise.all(blobs.map(({ kind, n }) => images.open(kind, id, n)));
      if (opened.includes(null)) {
        await Promise.all(opened.map((object) => object?.body.cancel()));
        return undefined;
      }
      // A picture may stand in an answer twice, as a draft and as the picture. Each place reads its own body.
      const bodies = Map.groupBy(
        blobs.map((blob, at) => ({ name: nameOf(blob), body: (opened[at] as R2ObjectBody).body })),
        ({ name }) => name,
      );
      return async (blob) => bodies.get(nameOf(blob))!.shift()!.body;
    },

    /** Deletes the pictures of a run after the provider has withdrawn them. */
    takeBack: (id: string): Promise<void> => images.remove(id),

    /** Whether R2 has every picture that the answer would link to. */
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
