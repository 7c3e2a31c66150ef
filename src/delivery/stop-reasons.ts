import { RunStoppedError } from "../errors.js";
import type { Failure } from "./create-sender.js";

/** No request gets through, for no fault of the rows. */
export function toServiceDown({ reason, unreachable, cause }: Failure): RunStoppedError {
  const message = unreachable
    ? `the service cannot be reached (${reason}). Check --endpoint-url, --region and the network`
    : `the service is down: no batch gets through (${reason})`;
  return new RunStoppedError("service_down", message, { cause });
}

/** Pinpoint, or the way to it, refuses requests as such: nothing will help but a change by a person. */
export function toStop({ reason, status, cause }: Failure): RunStoppedError {
  if (cause instanceof RunStoppedError) return cause;
  if (status === undefined) {
    const message = `no request can be made: ${reason}. Check --endpoint-url and the credentials`;
    return new RunStoppedError("connection_refused", message, { cause });
  }
  if (status === 410) {
    const message = `the service is gone: ${reason}. AWS ended support for Pinpoint's endpoints on 2026-10-30; name another service with --endpoint-url, or try it with --sandbox`;
    return new RunStoppedError("service_gone", message, { cause });
  }
  if (status === 404) {
    const message = `Pinpoint does not know the application: ${reason}. Check --application-id and --region`;
    return new RunStoppedError("application_not_found", message, { cause });
  }
  const message = `Pinpoint refuses access: ${reason}. Check credentials, the permission mobiletargeting:UpdateEndpointsBatch, region and endpoint URL`;
  return new RunStoppedError("access_denied", message, { cause });
}

/** Not some endpoints are refused, but the requests as such. */
export function toEverythingRefused(endpoints: number, { reason, cause }: Failure): RunStoppedError {
  const message = `Pinpoint accepts nothing: whole batches were refused alike, and of their endpoints ${endpoints} that were sent one by one (${reason}). Check the application id and the mapping`;
  return new RunStoppedError("everything_refused", message, { cause });
}
