/** A stylesheet that the build puts beside its script. */
declare module '*.css';
