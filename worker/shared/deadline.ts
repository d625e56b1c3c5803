/** How long a provider may take in all, from the first attempt to the last byte (design §3: 300 s). */
export const DEADLINE_SECONDS = 300;
