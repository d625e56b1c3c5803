/**
 * Reads a request body as it arrives. Pictures and large signatures are lifted and decoded on the way, so that only a
 * small text is parsed as JSON. Bytes are counted on arrival, because `Content-Length` can be wrong. If reading fails,
 * the body's share of the memory budget is released at once.
 */
import { createHash } from 'node:crypto';
import { refuseOtherThanJson } from '../http/content-type.ts';
import { sniffImage } from '../request/image-type.ts';
import type { InputBlob } from '../request/inputs.ts';
import { MAX_INPUTS, TOO_MANY_INPUTS } from '../request/parse-inputs.ts';
import { placeholderFor } from '../request/placeholder.ts';
import { type Failure, fail, invalidField, type Result, succeed } from '../shared/failure.ts';
import { parseRequestJson } from '../shared/json.ts';
import type { ByteBudget, Holding } from './byte-budget.ts';
import { type ByteSource, createByteSource } from './lift/byte-source.ts';
import { lift } from './lift/lift.ts';
import { LiftError } from './lift/lift-error.ts';
import { type BlobSink, isLifted, type Segment } from './lift/skeleton.ts';
import { BodyLate, type BodyTime, inTime } from './timely-source.ts';

/** Bound of a whole body, inline pictures included. Larger pictures go through the Files API. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** Bound of a body without its pictures: prompts, history, structure. */
const MAX_SKELETON_BYTES = 2 * 1024 * 1024;
const TOO_MUCH_BESIDE = `must have at most ${MAX_SKELETON_BYTES} bytes beside its pictures and signatures`;

/** By then another request has probably sent its inputs and released their memory. */
const BUSY_RETRY_SECONDS = 5;

export interface RequestBody {
  /** The JSON, with a placeholder in place of each lifted string. */
  value: unknown;
  inputs: InputBlob[];
  /** The inputs' share of the isolate's memory. The caller releases it when the inputs are no longer needed. */
  holding: Holding;
}

export interface BodyOptions {
  budget: ByteBudget;
  time: BodyTime;
  /** The owner whose share of the budget is used; absent: a caller without an owner's limit. */
  owner?: string | undefined;
}

/** Ends the reading with the failure for the caller. */
class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.reason);
  }
}

/**
 * Fails with `BODY_TOO_LARGE`, `BODY_TIMEOUT`, `BUSY` or `BURST` (no memory in the budget), `INVALID_FIELD`, or the
 * refusal of another content type. Throws if the connection breaks. Unless it succeeds, it holds no memory.
 */
export async function readRequestBody(
  request: Request,
  { budget, time, owner }: BodyOptions,
): Promise<Result<RequestBody>> {
  const otherType = refuseOtherThanJson(request.headers.get('Content-Type'));
  if (otherType) return fail(otherType);
  if (Number(request.headers.get('Content-Length')) > MAX_BODY_BYTES) return fail(TOO_LARGE);
  if (!request.body) return fail(invalidField('body', 'must be a JSON object.'));

  const holding = budget.open(owner);
  const inputs = createInputSink(holding);
  try {
    const segments: Segment[] = [];
    const source = inTime(createByteSource(request.body), time);
    for await (const chunk of lift(countInto(holding, source), {
      form: 'json',
      sink: inputs.sink,
      maxSkeletonBytes: MAX_SKELETON_BYTES,
      isParsedLater: true,
    })) {
      for (const segment of chunk) segments.push(segment);
    }
    const value = parseRequestJson(segments.map((segment) => textOf(segment, inputs.indexOf)).join(''));
    return succeed({ value, inputs: inputs.blobs, holding });
  } catch (error) {
    holding.release();
    const cause = error instanceof LiftError ? (error.cause ?? error) : error;
    if (cause instanceof Refused) return fail(cause.failure);
    if (cause instanceof BodyLate) return fail({ reason: 'BODY_TIMEOUT', afterSeconds: cause.seconds });
    if (cause instanceof LiftError && cause.kind === 'skeleton_too_large') {
      return fail(invalidField('body', TOO_MUCH_BESIDE));
    }
    if (cause instanceof LiftError || cause instanceof SyntaxError) {
      return fail(invalidField('body', 'must be one JSON object, whole and valid.'));
    }
    throw error;
  }
}

const TOO_LARGE: Failure = { reason: 'BODY_TOO_LARGE', maxBytes: MAX_BODY_BYTES };
const TOO_MANY: Failure = invalidField('contents', TOO_MANY_INPUTS);
const REFUSALS = {
  full: { reason: 'BUSY', retryAfterSeconds: BUSY_RETRY_SECONDS },
  'too many': { reason: 'BURST', retryAfterSeconds: BUSY_RETRY_SECONDS },
} as const;

/** Takes budget for each piece before the piece is used. */
function countInto(holding: Holding, source: ByteSource): ByteSource {
  let length = 0;
  return {
    async read(...how) {
      const piece = await source.read(...how);
      if (!piece) return piece;
      length += piece.length;
      if (length > MAX_BODY_BYTES) throw new Refused(TOO_LARGE);
      const room = holding.take(piece.length);
      if (room !== 'taken') throw new Refused(REFUSALS[room]);
      return piece;
    },
    cancel: (reason) => source.cancel(reason),
  };
}

/** A lifted string becomes the placeholder of its input. Text that is not UTF-8 cannot be JSON. */
function textOf(segment: Segment, indexOf: (kind: InputBlob['kind'], n: number) => number): string {
  if (typeof segment === 'string') return segment;
  if (isLifted(segment)) return placeholderFor(indexOf(segment.kind, segment.n));
  throw new SyntaxError('not UTF-8');
}

function createInputSink(holding: Holding) {
  const blobs: InputBlob[] = [];
  const indices = new Map<string, number>();
  const sink: BlobSink = {
    open({ kind, n }) {
      if (blobs.length >= MAX_INPUTS) throw new Refused(TOO_MANY);
      const pieces: Uint8Array[] = [];
      const hash = createHash('sha256');
      return {
        write(bytes) {
          // The base64 was counted, and is a third longer than the bytes.
          holding.giveBack(Math.floor(bytes.length / 3));
          pieces.push(bytes.slice());
          hash.update(bytes);
        },
        close() {
          indices.set(`${kind}/${n}`, blobs.length);
          const bytes = Buffer.concat(pieces);
          const image = kind === 'image' ? sniffImage(bytes) : undefined;
          blobs.push({ kind, size: bytes.length, sha256: hash.digest('hex'), ...(image && { image }), bytes });
        },
        abort() {
          pieces.length = 0;
        },
      };
    },
  };
  return {
    sink,
    blobs,
    indexOf: (kind: InputBlob['kind'], n: number) => indices.get(`${kind}/${n}`) as number,
  };
}
