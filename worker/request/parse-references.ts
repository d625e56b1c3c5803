/**
 * Reads what stands in a request for bytes that we keep: addresses of our own pictures and of uploaded files, and the
 * references that link answers give in place of large signatures. Nothing is looked up here. Each becomes an input,
 * numbered after the inline ones.
 */
import { isMadeFor, isPrivateId } from '../auth/private-picture.ts';
import { alsoKnown, type Fields, type Problems, readObject, readString, shape } from './fields.ts';
import { parseFileAddress } from './file-url.ts';
import type { ImageMimeType } from './image-type.ts';
import { parsePictureAddress } from './image-url.ts';
import { MAX_INPUTS, TOO_MANY_INPUTS } from './parse-inputs.ts';
import type { Part, Signature, Turn } from './request.ts';
import { readSignatureReference } from './signature-reference.ts';

/** What makes a reference ours. */
export interface ReferenceContext {
  /** This worker's own origin: an address of any other is refused. */
  origin: string;
  site: string;
  /** All secrets that may have signed a signature reference. */
  secrets: readonly string[];
  /** The caller, as `askerOf` names it: a private picture is its asker's. Absent: all private ones are refused. */
  asker?: string;
}

/** A picture, a file or a signature to look up. `field` is the path of its first use. */
export type KeptReference =
  /** It must be a picture of this site, and where `template` is a version, one that the site's template made in it. */
  | { kind: 'image'; site: string; id: string; n: number; mimeType: ImageMimeType; field: string; template?: string }
  | { kind: 'file'; site: string; id: string; field: string }
  /** A picture of the site's template: `id` is its SHA-256. */
  | { kind: 'template'; site: string; id: string; field: string }
  | { kind: 'signature'; id: string; n: number; field: string };

/** The bytes decide the type, so a label beside the address is read and not believed. */
const FILE_DATA = alsoKnown(shape('mimeType', 'fileUri'), 'displayName');
/** The type of a file before its look-up. */
const UNKNOWN_TYPE = 'application/octet-stream';

/** Identifies a reference: those with equal names are one input. */
function nameOf(reference: KeptReference): string {
  const { kind, id } = reference;
  if (kind === 'file' || kind === 'template') return `${kind}/${id}`;
  return `${kind}/${id}/${reference.n}/${kind === 'image' ? reference.mimeType : ''}`;
}

/** The references of one request, and whether each signature stands where it belongs. */
export class KeptReferences {
  /** In the order of their inputs; each once, however often it is named. */
  readonly all: KeptReference[] = [];
  readonly #context: ReferenceContext;
  readonly #problems: Problems;
  readonly #inline: number;
  readonly #indices = new Map<string, number>();
  #named = 0;
  #role: Turn['role'] | undefined;
  /** Ids of the turn's pictures, and the signatures on texts that need one of them. */
  #pictures = new Set<string>();
  #waiting: { field: string; id: string }[] = [];

  /** @param inline Number of inputs that came with the request. */
  constructor(context: ReferenceContext, inline: number, problems: Problems) {
    this.#context = context;
    this.#inline = inline;
    this.#problems = problems;
  }

  /** Reads a part's `fileData`. Only this method decides about addresses, and a foreign one is never fetched. */
  parseFile(part: Fields): Part | undefined {
    const problems = this.#problems;
    const file = readObject(part, 'fileData', FILE_DATA);
    if (!file) return undefined;
    const field = `${file.path}.fileUri`;
    readString(file, 'mimeType');
    const uri = readString(file, 'fileUri');
    if (!uri) return problems.invalid(field, 'must be given.');
    const { origin, site } = this.#context;
    const upload = parseFileAddress(uri, origin);
    if (upload !== undefined) {
      return { kind: 'image', mimeType: UNKNOWN_TYPE, input: this.#add({ kind: 'file', site, id: upload, field }) };
    }
    const picture = parsePictureAddress(uri, origin);
    if (!picture) return problems.report({ reason: 'URI_NOT_ALLOWED', field });
    if (this.#isAnothers(picture.id)) return problems.report({ reason: 'NOT_FOUND', what: `The picture of ${field}` });
    return { kind: 'image', mimeType: picture.mimeType, input: this.#add({ kind: 'image', site, ...picture, field }) };
  }

  /** @returns The signature as it is, or the input that it stands for. */
  parseSignature(field: string, signature: Signature | undefined): Signature | undefined {
    if (!signature || 'input' in signature) return signature;
    const { secrets, site } = this.#context;
    const name = readSignatureReference(secrets, signature.text);
    if (name === undefined) return signature;
    if (name === 'forged') return this.#problems.invalid(field, 'must be as an answer of this service gave it.');
    if (name.site !== site || this.#isAnothers(name.id))
      return this.#problems.invalid(field, 'must come from an answer to this site.');
    return { input: this.#add({ kind: 'signature', id: name.id, n: name.n, field }) };
  }

  /** The SDK's streamed chat keeps one entry for each chunk, so consecutive entries of one role are one turn. */
  beginTurn(role: Turn['role']): void {
    if (role !== this.#role) this.endTurn();
    this.#role = role;
  }

  /** Checks that a signature stands beside its own picture, or, on a text, in the turn that holds that picture. */
  place(path: string, part: Part): void {
    const picture = part.kind === 'image' ? this.#at(part.input)?.id : undefined;
    if (picture !== undefined) this.#pictures.add(picture);
    const signature = part.signature && 'input' in part.signature && this.#at(part.signature.input);
    if (!signature) return;
    const claim = { field: `${path}.thoughtSignature`, id: signature.id };
    if (part.kind === 'text') this.#waiting.push(claim);
    else if (picture !== claim.id) this.#problems.invalid(claim.field, 'must stand beside the picture it came with.');
  }

  endTurn(): void {
    const lost = this.#waiting.find(({ id }) => !this.#pictures.has(id));
    if (lost) this.#problems.invalid(lost.field, 'must stand in a turn that holds the picture it came with.');
    this.#pictures = new Set();
    this.#waiting = [];
  }

  #add(reference: KeptReference): number {
    this.#named += 1;
    // Counted each time it is named, because each use is sent up anew.
    if (this.#inline + this.#named > MAX_INPUTS) this.#problems.invalid('contents', TOO_MANY_INPUTS);
    const name = nameOf(reference);
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    const index = this.#inline + this.all.push(reference) - 1;
    this.#indices.set(name, index);
    return index;
  }

  #isAnothers(id: string): boolean {
    return isPrivateId(id) && !isMadeFor(this.#context.asker, id);
  }

  #at(input: number): KeptReference | undefined {
    return this.all[input - this.#inline];
  }
}
