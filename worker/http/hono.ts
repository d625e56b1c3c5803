import type { Env } from 'hono';
import { HonoBase } from 'hono/hono-base';
import { TrieRouter } from 'hono/router/trie-router';

/**
 * Hono with the one router that takes all of our paths. Hono's own class tries a router of regular expressions before
 * it, which refuses paths that overlap, such as `/images/:id/:file` and `/images/:id/suggestion.html`.
 */
export class Hono<E extends Env> extends HonoBase<E> {
  constructor(options?: { getPath: (request: Request) => string }) {
    super(options);
    this.router = new TrieRouter();
  }
}
