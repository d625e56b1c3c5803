import type * as v from 'valibot';

/**
 * A route of the owner's API as its document tells it. These tables stand beside the routes, and a test compares them.
 * The build makes an OpenAPI document of them.
 */
export interface ApiRoute {
  method: 'get' | 'post' | 'put' | 'delete';
  /** As Hono writes it. */
  path: string;
  summary: string;
  /** What each parameter of the query means. None is required. */
  query?: Readonly<Record<string, string>>;
  /** What each header of the request means. None is required. */
  headers?: Readonly<Record<string, string>>;
  /** The answer has an `ETag`; `304`: and is left out with status 304 where `If-None-Match` names it. */
  etag?: 'told' | '304';
  /** The answer comes as CSV too. */
  csv?: true;
  /** Absent: the request has no body. */
  body?: v.GenericSchema;
  /** Media types of a body that is not JSON. */
  bodyTypes?: readonly string[];
  /** Absent: 204, without a body. */
  answer?: v.GenericSchema;
}
