/** An empty page; its tests call the worker with `fetch`. */
export {};
