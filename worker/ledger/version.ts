/** Version of the ledger's tables. A worker opens those of every earlier version, and none of a later one. */
export const VERSION = '4';
