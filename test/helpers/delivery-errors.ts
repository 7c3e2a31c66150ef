import {
  BadRequestException,
  ForbiddenException,
  InternalServerErrorException,
  MethodNotAllowedException,
  NotFoundException,
  PayloadTooLargeException,
  PinpointServiceException,
  TooManyRequestsException,
} from "@aws-sdk/client-pinpoint";

/** Errors as the SDK throws them (recorded in wire/05): the modelled ones are instances of its own classes. */
const MODELLED = {
  400: BadRequestException,
  403: ForbiddenException,
  404: NotFoundException,
  405: MethodNotAllowedException,
  413: PayloadTooLargeException,
  429: TooManyRequestsException,
  500: InternalServerErrorException,
} as const;

export function modelled(status: keyof typeof MODELLED, message = `msg for ${status}`): Error {
  return new MODELLED[status]({
    message,
    $metadata: toMetadata(status),
    RequestID: "11111111-2222-3333-4444-555555555555",
  });
}

/** A type that the model does not have, or none at all (`Unknown`). */
export function unmodelled(
  status: number,
  name = "Unknown",
  message = name === "Unknown" ? "UnknownError" : `msg for ${status}`,
  headers?: Record<string, string>,
): Error {
  const $fault = status >= 500 ? "server" : "client";
  const error = new PinpointServiceException({ name, message, $fault, $metadata: toMetadata(status) });
  return withHeaders(error, headers);
}

/** What the SDK makes of a body that is HTML: the error of JSON.parse, with the status beside it. */
export function htmlBody(status: number): Error {
  let error: Error;
  try {
    error = JSON.parse("<html><body>Service Unavailable</body></html>");
  } catch (thrown) {
    error = thrown as Error;
  }
  error.message +=
    "\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.";
  return Object.assign(error, { $metadata: toMetadata(status) });
}

/** What Node, or the SDK's request handler, makes of a connection that fails. */
export function connectionError(code: string, message: string = code, name = "Error"): Error {
  return Object.assign(new Error(message), code === "" ? { name } : { name, code }, {
    $metadata: { attempts: 1, totalRetryDelay: 0 },
  });
}

export function withHeaders<E extends Error>(error: E, headers: Record<string, string> | undefined): E {
  // The SDK hides the response from enumeration.
  if (headers !== undefined)
    Object.defineProperty(error, "$response", { value: { headers }, enumerable: false });
  return error;
}

function toMetadata(httpStatusCode: number) {
  return {
    httpStatusCode,
    requestId: "11111111-2222-3333-4444-555555555555",
    attempts: 1,
    totalRetryDelay: 0,
  };
}
