/** Bindings of the benchmark's workers: those of wrangler.toml, and the fake upstream's address. */
export interface BenchEnv {
  BUCKET: R2Bucket;
  UPSTREAM: string;
  UPSTREAM_KEY: string;
}

/** The upstream request for a caller's request, with the key that the caller does not have. */
export const toUpstream = (request: Request, env: BenchEnv): Request => {
  const { pathname, search } = new URL(request.url);
  const headers = { 'Content-Type': 'application/json', 'x-goog-api-key': env.UPSTREAM_KEY };
  return new Request(`${env.UPSTREAM}${pathname}${search}`, { method: 'POST', headers, body: request.body });
};
