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
  /** Absent: the request has no body. */
  body?: v.GenericSchema;
  /** Media types of a body that is not JSON. */
  bodyTypes?: readonly string[];
  /** Absent: 204, without a body. */
  answer?: v.GenericSchema;
}
