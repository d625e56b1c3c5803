import { buildWorker } from '../../scripts/build/worker.ts';

/** Builds the worker as it is deployed, for all whole deployments of a run. Its assets are those of `vite build`. */
export default buildWorker;
