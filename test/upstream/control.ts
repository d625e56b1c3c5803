/** The fake's own endpoints, for tests that live in another process or inside workerd. */
import type { ServerResponse } from 'node:http';
import type { Doors } from './doors.ts';
import type { Holds } from './holds.ts';
import type { Quota, Quotas } from './quotas.ts';
import type { Recorder } from './recorder.ts';
import type { Behaviour, Rule, Rules } from './script.ts';

/** A rule that survives JSON. */
type WireRule = Omit<Rule, 'behaviour'> & { behaviour: Behaviour | string };

/** The parts of the fake that tests may change. */
export interface Switches {
  rules: Rules;
  quotas: Quotas;
  recorder: Recorder;
  doors: Doors;
  holds: Holds;
}

interface ControlCall {
  method: string;
  url: URL;
  body: Buffer;
  /** The header `Peel-Signature`. */
  signature: string;
}

/**
 * `POST /__control` adds a rule or a list of them; `GET /__requests?includes=` lists requests by text of path or
 * body; `POST /__quota` limits a key; `POST /__release?name=` releases a hold; `POST /__door` opens another address, `DELETE /__door?url=&cut=` shuts
 * it; `POST /__reset` forgets rules, quotas and requests. `POST /__moderation/allow`, `refuse` and `broken` stand for an
 * owner's check of pictures, and `GET /__moderation?includes=` lists what it was asked.
 *
 * @returns Whether the path is one of these.
 */
export async function control(
  { method, url, body, signature }: ControlCall,
  { rules, quotas, recorder, doors, holds }: Switches,
  response: ServerResponse,
): Promise<boolean> {
  switch (`${method} ${url.pathname}`) {
    case 'POST /__control': {
      const given = JSON.parse(body.toString()) as WireRule | WireRule[];
      rules.add(...[given].flat());
      answer(response, {});
      return true;
    }
    case 'GET /__requests': {
      const includes = url.searchParams.get('includes') ?? '';
      answer(
        response,
        recorder.requests.filter((each) => each.path.includes(includes) || (each.body ?? '').includes(includes)),
      );
      return true;
    }
    case 'POST /__quota':
      quotas.set(JSON.parse(body.toString()) as Quota);
      answer(response, {});
      return true;
    case 'POST /__release':
      holds.release(url.searchParams.get('name') ?? '');
      answer(response, {});
      return true;
    case 'POST /__door':
      answer(response, { url: await doors.open() });
      return true;
    case 'DELETE /__door':
      await doors.shut(url.searchParams.get('url') ?? '', url.searchParams.get('cut') === '1');
      answer(response, {});
      return true;
    case 'POST /__reset':
      rules.clear();
      quotas.clear();
      recorder.clear();
      answer(response, {});
      return true;
    case 'GET /__moderation':
      answer(
        response,
        checks.filter((each) => each.body.includes(url.searchParams.get('includes') ?? '')),
      );
      return true;
    case 'POST /__moderation/allow':
      checks.push({ signature, body: body.toString() });
      answer(response, { allow: true });
      return true;
    case 'POST /__moderation/refuse':
      checks.push({ signature, body: body.toString() });
      answer(response, { allow: false, reason: 'not for this shop' });
      return true;
    case 'POST /__moderation/broken':
      checks.push({ signature, body: body.toString() });
      answer(response, { ok: true });
      return true;
    default:
      return false;
  }
}

/** What an owner's check of pictures was asked. */
const checks: { signature: string; body: string }[] = [];

const answer = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
};
