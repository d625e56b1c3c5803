/** What only the owner's API is made of: one module, which is loaded with the first of its requests. */
export { createClientStore } from './auth/client-store.ts';
export { createPriceStore } from './catalog/price-store.ts';
export { createKeyChecks } from './providers/check-key.ts';
export { createSiteStore } from './sites/site-store.ts';
