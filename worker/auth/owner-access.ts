/**
 * Cloudflare Access: it stands in front of the owner's paths, logs people in by the owner's rules, and adds a signed
 * token to each request (https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/).
 */
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';

export interface AccessOptions {
  /** Host of the team, such as `tidewater.cloudflareaccess.com`. */
  teamDomain: string;
  /** The application's AUD tag. */
  audience: string;
  /** Fetches the team's public keys. */
  fetch: typeof fetch;
  /** Unix milliseconds. */
  now: () => number;
}

/** Clocks of Cloudflare and of this isolate differ. */
const SKEW_SECONDS = 30;

/** Reads a token of Access. The returned function gives the person's e-mail address, or the name of a service token. */
export function createAccess({ teamDomain, audience, fetch, now }: AccessOptions) {
  const issuer = `https://${teamDomain}`;
  // The keys are kept for ten minutes, and asked for again, at most every 30 s, where a token names another key.
  const keys = createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`), { [customFetch]: fetch });

  /**
   * @returns undefined for anything but a valid token of this team for this application.
   * @throws If the keys cannot be read.
   */
  return async (token: string): Promise<string | undefined> => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer, audience, clockTolerance: SKEW_SECONDS, currentDate: new Date(now()) },
        algorithms: ['RS256', 'ES256'],
        requiredClaims: ['exp', 'iat'],
      });
      const { email, common_name: service } = payload;
      const name = typeof email === 'string' && email !== '' ? email : service;
      return typeof name === 'string' && name !== '' ? name : undefined;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  };
}

/** The token is to blame. Other errors of `jose` are about the keys. */
const isRefusal = (error: unknown): boolean =>
  error instanceof errors.JWTClaimValidationFailed ||
  error instanceof errors.JWTExpired ||
  error instanceof errors.JWTInvalid ||
  error instanceof errors.JWSInvalid ||
  error instanceof errors.JWSSignatureVerificationFailed ||
  error instanceof errors.JOSEAlgNotAllowed ||
  error instanceof errors.JOSENotSupported ||
  error instanceof errors.JWKSNoMatchingKey;
