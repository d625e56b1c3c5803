/** The longest time a provider may take, from the first attempt to the last byte. */
export const DEADLINE_SECONDS = 300;
