/**
 * fal on loopback: the sync API under `/fal`, the queue under `/fal-queue`, and the media host under `/fal-media`.
 * The id of a request begins with the UUID of its prompt, if any, so that a test finds all steps of its requests.
 */
import { dimensionsOf } from '../dimensions.ts';
import type { Dispatched, Incoming } from '../dispatch.ts';
import type { Reply } from '../faults.ts';
import { MODELS } from '../models.ts';
import { createPicture } from '../pictures.ts';
import { type Behaviour, parseBytes, type Rules } from '../script.ts';
import { ENDPOINTS, type FakeEndpoint, refuseInput, toSize } from './endpoints.ts';
import { type FalReply, falError } from './errors.ts';

interface Job {
  id: string;
  endpoint: FakeEndpoint;
  /** `owner/app`: the queue's addresses leave out `/edit`. */
  app: string;
  input: Record<string, unknown>;
  behaviour: Behaviour;
  polls: number;
  isCancelled: boolean;
  /** Faults that have happened. */
  faults: number;
}

type Step = 'submit' | 'status' | 'result' | 'cancel' | 'media';

const PATH = /^\/(fal|fal-queue|fal-media)\/(.+)$/;
const REQUEST = /^([^/]+\/[^/]+)\/requests\/([^/]+)(?:\/(status|cancel))?$/;

/** Bytes of pictures, about those of real answers. */
const PICTURE_BYTES = { '512': 450e3, '1K': 1.5e6, '2K': 4.5e6, '4K': 18e6 } as const;

export class FakeFal {
  readonly #rules: Rules;
  readonly #keys: readonly string[];
  readonly #jobs = new Map<string, Job>();

  constructor(rules: Rules, keys: readonly string[]) {
    this.#rules = rules;
    this.#keys = keys;
  }

  /** @returns undefined if the path is not fal's. */
  dispatch(incoming: Incoming): Dispatched | undefined {
    const dispatched = this.#answer(incoming);
    const { retryAfter } = dispatched?.behaviour ?? {};
    if (dispatched && retryAfter !== undefined) dispatched.reply.headers['Retry-After'] = retryAfter;
    return dispatched;
  }

  #answer(incoming: Incoming): Dispatched | undefined {
    const [, place, path = ''] = PATH.exec(incoming.url.pathname) ?? [];
    if (place === undefined) return undefined;
    if (place === 'fal-media') return this.#media(path, incoming);
    const key = /^Key (.+)$/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
    if (!this.#keys.includes(key)) return { reply: toReply(falError('401_key', key, {})), behaviour: {} };
    const [, app, id = '', verb] = REQUEST.exec(path) ?? [];
    if (app === undefined) return this.#submit(incoming, path, key, place === 'fal-queue');
    const job = this.#jobs.get(id);
    if (!job || job.app !== app) return { reply: toReply(detail(404, 'Request not found')), behaviour: {} };
    if (verb === 'cancel' && incoming.method === 'PUT') return this.#at('cancel', job, () => this.#cancel(job));
    if (incoming.method !== 'GET') return { reply: toReply(detail(405, 'Method Not Allowed')), behaviour: {} };
    return verb === 'status'
      ? this.#at('status', job, () => this.#status(job, incoming))
      : this.#at('result', job, () => this.#result(job, incoming, key));
  }

  #submit(incoming: Incoming, path: string, key: string, isQueue: boolean): Dispatched {
    const endpoint = ENDPOINTS.get(path);
    const input = parse(incoming.body);
    const prompt = typeof input?.prompt === 'string' ? input.prompt : '';
    const method = isQueue ? 'submit' : 'run';
    const behaviour = this.#rules.decide({ method, path: incoming.url.pathname, model: path, prompt, key });
    if (!endpoint) return { reply: toReply(detail(404, 'Application not found')), behaviour };
    if (incoming.method !== 'POST') return { reply: toReply(detail(405, 'Method Not Allowed')), behaviour };
    const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(prompt)?.[0] ?? 'request';
    const id = `${uuid}-${incoming.n}`;
    const app = path.split('/').slice(0, 2).join('/');
    const job: Job = { id, endpoint, app, input: input ?? {}, behaviour, polls: 0, isCancelled: false, faults: 0 };
    this.#jobs.set(id, job);
    return this.#at('submit', job, () => {
      const refused = input ? refuseInput(endpoint, input) : [{ loc: ['body'], msg: 'JSON', type: 'json_invalid' }];
      const error = behaviour.error !== undefined && falError(behaviour.error, key, behaviour);
      if (error && (error.at === 'submit' || !isQueue) && (behaviour.falAt ?? 'submit') === 'submit') return error;
      if (!isQueue && refused.length === 0) return this.#output(job, incoming);
      // The queue refuses a malformed request at once; other errors come with the result.
      if (refused.length > 0) return detail(422, refused);
      const base = behaviour.falQueueUrl ?? `${originOf(incoming)}/fal-queue`;
      const own = `${base}/${app}/requests/${id}`;
      return json(200, {
        status: 'IN_QUEUE',
        request_id: id,
        response_url: own,
        status_url: `${own}/status`,
        cancel_url: `${own}/cancel`,
        queue_position: 0,
      });
    });
  }

  /** A step's answer, with faults only at the step that the script names. */
  #at(step: Step, job: Job, answer: () => FalReply): Dispatched {
    const { behaviour } = job;
    const { falAt = 'submit', falTimes = Number.POSITIVE_INFINITY } = behaviour;
    if (falAt !== step || job.faults >= falTimes) return { reply: toReply(answer()), behaviour: {} };
    job.faults += 1;
    const reply = toReply(answer());
    if (step !== 'submit' && behaviour.error !== undefined) {
      return { reply: toReply(falError(behaviour.error, '', behaviour)), behaviour };
    }
    return { reply: behaviour.status === undefined ? reply : { ...reply, status: behaviour.status }, behaviour };
  }

  #status(job: Job, incoming: Incoming): FalReply {
    const { falPolls = 1 } = job.behaviour;
    const isDone = job.polls++ >= falPolls;
    const status = isDone ? 'COMPLETED' : job.polls === 1 ? 'IN_QUEUE' : 'IN_PROGRESS';
    const responseUrl = `${originOf(incoming)}/fal-queue/${job.app}/requests/${job.id}`;
    return json(isDone ? 200 : 202, { status, request_id: job.id, response_url: responseUrl });
  }

  #result(job: Job, incoming: Incoming, key: string): FalReply {
    const { error } = job.behaviour;
    const made = error === undefined ? undefined : falError(error, key, job.behaviour);
    return made?.at === 'result' ? made : this.#output(job, incoming);
  }

  #cancel(job: Job): FalReply {
    const { falPolls = 1 } = job.behaviour;
    job.isCancelled = true;
    if (job.polls > falPolls) return json(400, { status: 'ALREADY_COMPLETED' });
    return job.polls <= 1 ? json(200, { status: 'OK' }) : json(202, { status: 'CANCELLATION_REQUESTED' });
  }

  #output(job: Job, incoming: Incoming): FalReply {
    const { falUrl, falDescription = '' } = job.behaviour;
    const type = typeOf(job);
    const address = `${originOf(incoming)}/fal-media/files/b/${job.id}.${type.split('/')[1]}`;
    const url = falUrl === 'data' ? `data:${type};base64,${pictureOf(job).toString('base64')}` : (falUrl ?? address);
    const image = { url, content_type: type, file_name: `${job.id}.png`, file_size: null, width: null, height: null };
    return json(200, { images: [image], description: falDescription }, { 'X-Fal-Request-Id': job.id });
  }

  #media(path: string, { headers }: Incoming): Dispatched {
    const job = this.#jobs.get(/([^/]+)\.\w+$/.exec(path)?.[1] ?? '');
    if (!job) return { reply: toReply(detail(404, 'Not Found')), behaviour: {} };
    const made = this.#at('media', job, () => ({ status: 200, body: '' }));
    if (made.reply.status !== 200) return made;
    const picture = pictureOf(job);
    const from = job.behaviour.falWhole ? undefined : /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
    const rest = from === undefined ? {} : { 'Content-Range': `bytes ${from}-${picture.length - 1}/${picture.length}` };
    const reply: Reply = {
      status: from === undefined ? 200 : 206,
      headers: { 'Content-Type': typeOf(job), ...rest },
      units: [[picture.subarray(Number(from ?? 0))]],
    };
    return { ...made, reply };
  }
}

const typeOf = ({ behaviour, input }: Job): 'image/png' | 'image/jpeg' =>
  (behaviour.type ?? (input.output_format === 'jpeg' ? 'image/jpeg' : 'image/png')) as 'image/png';

function pictureOf(job: Job): Buffer {
  const { input, endpoint, behaviour, id } = job;
  const model = MODELS.find((each) => each.id === endpoint.model)!;
  const size = toSize(input.resolution);
  const ratio = input.aspect_ratio === 'auto' ? undefined : (input.aspect_ratio as string | undefined);
  const isTiny = behaviour.size === 'tiny';
  const picture = createPicture({
    mimeType: typeOf(job),
    dimensions: isTiny ? [64, 64] : dimensionsOf(model, size, ratio),
    bytes: isTiny ? 0 : behaviour.size === undefined ? PICTURE_BYTES[size] : parseBytes(behaviour.size),
    mark: id,
  });
  return Buffer.from(Buffer.concat(picture.pieces).toString('latin1'), 'base64');
}

const originOf = ({ headers }: Incoming): string => `http://${headers.host}`;

const json = (status: number, value: unknown, headers?: Record<string, string>): FalReply => ({
  status,
  body: JSON.stringify(value),
  ...(headers && { headers }),
});

const detail = (status: number, value: unknown): FalReply => json(status, { detail: value });

const toReply = ({ status, body, headers }: FalReply): Reply => ({
  status,
  headers: { 'Content-Type': body.startsWith('<') ? 'text/html' : 'application/json', ...headers },
  units: [[Buffer.from(body)]],
});

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
