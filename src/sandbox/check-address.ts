import type { SandboxBehaviors } from "./behaviors.js";
import { badRequest } from "./service-error.js";

const E164 = /^\+[1-9]\d{1,14}$/;
const PHONE_DIGITS = /^\+?[1-9]\d{1,14}$/;
/** Enough to tell an address from a slip; what Pinpoint checks is not established. */
const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** Refuses an address that does not fit the channel (reference §3). Push tokens have no form. */
export function checkAddress(channelType: string, address: string, behaviors: SandboxBehaviors): void {
  if (channelType === "SMS" || channelType === "VOICE") {
    if (behaviors.phoneAddress === "any") return;
    const form = behaviors.phoneAddress === "digits" ? PHONE_DIGITS : E164;
    if (!form.test(address))
      throw badRequest(`Address: expected a phone number in E.164 format for ${channelType}`);
  } else if (channelType === "EMAIL") {
    if (behaviors.emailAddress === "checked" && !EMAIL.test(address)) {
      throw badRequest("Address: expected an email address for EMAIL");
    }
  }
}
