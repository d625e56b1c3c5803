/** How a variable is set: in the cloud by a command, on the owner's machine by a line of a file. */

/** Whether a worker runs on the owner's machine. @param host Such as `127.0.0.1:8787`. */
export const isLocal = (host: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\]|[^/]*\.localhost)(:\d+)?$/.test(host);

/** What `npm start` reads. */
export const FILE = '.dev.vars';

/** @param example Its value, as it stands in the file. */
export const setterOf = (host: string, variable: string, example: string): string =>
  isLocal(host) ? `${variable}=${example}` : `npx wrangler secret put ${variable}`;
