/**
 * gRPC's names and numbers of errors, and the HTTP statuses they stand for
 * (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto).
 */

const STATUSES: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

const NUMBERS: Readonly<Record<number, string>> = {
  ...{ 1: 'CANCELLED', 3: 'INVALID_ARGUMENT', 4: 'DEADLINE_EXCEEDED', 5: 'NOT_FOUND', 6: 'ALREADY_EXISTS' },
  ...{ 7: 'PERMISSION_DENIED', 8: 'RESOURCE_EXHAUSTED', 9: 'FAILED_PRECONDITION', 10: 'ABORTED', 11: 'OUT_OF_RANGE' },
  ...{ 12: 'UNIMPLEMENTED', 13: 'INTERNAL', 14: 'UNAVAILABLE', 16: 'UNAUTHENTICATED' },
};

/** HTTP status of a gRPC name, or of a gRPC number from 1 to 16. */
export function statusOfGrpc(code: string | number): number | undefined {
  const name = typeof code === 'number' ? NUMBERS[code] : code;
  return name !== undefined && Object.hasOwn(STATUSES, name) ? STATUSES[name] : undefined;
}

/** gRPC name for an HTTP status: the first that stands for it, else one for its class. */
export function grpcNameOf(status: number): string {
  if (status === 402) return 'RESOURCE_EXHAUSTED';
  const found = Object.entries(STATUSES).find(([, http]) => http === status);
  return found?.[0] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
}
