import { createMiddleware } from 'hono/factory';
import type { OwnerBurst, Owners } from '../../auth/owner.ts';
import { type App, sendFailure } from '../../http/failure-response.ts';
import type { OwnerStores, Services } from '../../services.ts';

/** What the owner's routes are made of. */
export interface AdminServices extends Services, OwnerStores {
  owners: Owners;
}

/**
 * Lets only the owner pass, and sets `owner`. It stands at each route itself, because another spelling of a path could
 * bypass a guard on a path prefix.
 */
export const owned = (owners: Owners, of?: OwnerBurst) =>
  createMiddleware<App>(async (c, next) => {
    const owner = await owners.admit(c.req.raw, c.get('origin'), of);
    if (!owner.ok) return sendFailure(c, owner.failure);
    c.set('owner', owner.value);
    return next();
  });
