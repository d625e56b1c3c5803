/** Bindings of the benchmark's workers: those of wrangler.toml, and where the fake upstream is. */
export interface BenchEnv {
  BUCKET: R2Bucket;
  UPSTREAM: string;
  UPSTREAM_KEY: string;
}

/** A caller's request on its way to the upstream, with the key that the caller does not have. */
export const toUpstream = (request: Request, env: BenchEnv): Request => {
  const { pathname, search } = new URL(request.url);
  const headers = { 'Content-Type': 'application/json', 'x-goog-api-key': env.UPSTREAM_KEY };
  return new Request(`${env.UPSTREAM}${pathname}${search}`, { method: 'POST', headers, body: request.body });
};
