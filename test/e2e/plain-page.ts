/** A page that calls the worker by itself. */
export {};
