/** What of the SDK is used: bundled for the command line, the rest of it is left out. */
export {
  GetAppsCommand,
  PinpointClient,
  type PinpointClientConfig,
  UpdateEndpointCommand,
  UpdateEndpointsBatchCommand,
} from "@aws-sdk/client-pinpoint";
