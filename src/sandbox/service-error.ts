/** Error names by status, as the service model spells them (reference §6). 503 is not modelled; clients know the name. */
const TYPE_BY_STATUS: Readonly<Record<number, string>> = {
  400: "BadRequestException",
  403: "ForbiddenException",
  404: "NotFoundException",
  405: "MethodNotAllowedException",
  409: "ConflictException",
  413: "PayloadTooLargeException",
  429: "TooManyRequestsException",
  500: "InternalServerErrorException",
  503: "ServiceUnavailableException",
};

/** The modelled error name of a status, or undefined if there is none. */
export function errorTypeOf(status: number): string | undefined {
  return TYPE_BY_STATUS[status];
}

/** A refusal that goes to the client as it stands. Anything else that is thrown becomes a 500. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** 400: the request or one of its items breaks a rule. */
export function badRequest(message: string): ServiceError {
  return new ServiceError(400, message);
}

/** 404: no such route, application, endpoint or user. */
export function notFound(message = "Resource not found"): ServiceError {
  return new ServiceError(404, message);
}
