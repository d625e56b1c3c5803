/**
 * Puts pictures into an answer, either streamed from R2 as base64 or as addresses. Both ways work on the skeleton
 * alone, so no picture is ever whole in memory. A slow reader holds nothing but its own connection.
 */
import { isPrivateId, SIGNED_SECONDS, signatureQuery } from '../auth/private-picture.ts';
import { toLinks } from '../gemini/forms/links.ts';
import type { Chunk, Lifted, OpenBlob } from '../gemini/lift/skeleton.ts';
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
  /** A visitor of a template reads pictures, reasons and nothing else of an answer. */
  isOnlyPictures?: true;
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

/** The lifted strings of an answer while they are opened, or for links looked up. */
export interface Opening {
  id: string;
  /** In the order of the answer. */
  blobs: readonly Lifted[];
  /** How to read them. Undefined if one is gone. Rejects if R2 fails. */
  opened: Promise<OpenBlob | undefined>;
  /** Gives up what is opened and not read. Never rejects. */
  cancel(): Promise<void>;
}

/** A picture that its manifest names is not in R2. */
class PictureGone extends Error {
  override name = 'PictureGone';
}

export const pictureAddress = (origin: string, id: string, n: number, mimeType: string): string =>
  `${origin}/images/${id}/${n}.${extensionOf(mimeType) ?? 'png'}`;

/** Addresses that open. That of a private picture is signed anew each time and opens for {@link SIGNED_SECONDS}. */
export const createAddresses =
  (secret: string, now: () => number) =>
  (origin: string, id: string, n: number, mimeType: string): string => {
    const address = pictureAddress(origin, id, n, mimeType);
    if (!isPrivateId(id)) return address;
    return `${address}?${signatureQuery(secret, id, Math.floor(now() / 1000) + SIGNED_SECONDS)}`;
  };

export function createDelivery({ images, secret, now, redact }: DeliveryOptions) {
  const addressOf = createAddresses(secret, now);

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
     * instead of a broken answer. For links it only looks whether they are there.
     */
    begin(id: string, blobs: readonly Lifted[], delivery: Delivery): Opening {
      const all = delivery === 'link' ? lookUp(id, blobs) : openAll(id, blobs);
      const opened = all.then((found) => found?.open);
      // An opening that is cancelled has no other handler.
      opened.catch(() => undefined);
      return {
        ...{ id, blobs, opened },
        cancel: () =>
          all.then(
            (found) => found?.cancel(),
            () => undefined,
          ),
      };
    },

    /** Deletes the pictures of a run after the provider has withdrawn them. */
    takeBack: (id: string): Promise<void> => images.remove(id),
  };

  async function lookUp(id: string, blobs: readonly Lifted[]) {
    const open: OpenBlob = (blob) => Promise.reject(new PictureGone(`${blob.kind} ${blob.n} of ${id} was not opened`));
    return (await images.hasAll(id, [[...blobs]])) ? { open, cancel: async () => undefined } : undefined;
  }

  async function openAll(id: string, blobs: readonly Lifted[]) {
    const opened = await Promise.all(blobs.map(({ kind, n }) => images.open(kind, id, n)));
    const cancel = async (): Promise<void> => {
      await Promise.allSettled(opened.map((object) => object?.body.cancel()));
    };
    if (opened.includes(null)) {
      await cancel();
      return undefined;
    }
    // A picture may stand in an answer twice, as a draft and as the picture. Each place reads its own body.
    const bodies = Map.groupBy(
      blobs.map((blob, at) => ({ name: nameOf(blob), body: (opened[at] as R2ObjectBody).body })),
      ({ name }) => name,
    );
    const open: OpenBlob = async (blob) => bodies.get(nameOf(blob))!.shift()!.body;
    return { open, cancel };
  }

  async function openOrThrow(id: string, { kind, n }: Lifted): Promise<R2ObjectBody> {
    const object = await images.open(kind, id, n);
    if (!object) throw new PictureGone(`${kind} ${n} of ${id}`);
    return object;
  }
}

export type PictureDelivery = ReturnType<typeof createDelivery>;

const nameOf = ({ kind, n }: Lifted): string => `${kind}/${n}`;
