import { expect, test } from "vitest";
import { isOwnHost } from "../../src/sandbox/is-own-host.js";

test.each([
  ["localhost:8080", "127.0.0.1"],
  ["LocalHost", "127.0.0.1"],
  ["127.0.0.1:8080", "127.0.0.1"],
  ["[::1]:8080", "::1"],
  ["pinpoint.test:8080", "Pinpoint.test"],
  ["192.0.2.7:8080", "192.0.2.7"],
  ["192.0.2.7:8080", "0.0.0.0"],
  ["[2001:db8::7]:8080", "::"],
])("%s is a sandbox that listens on %s", (header, boundTo) => {
  expect(isOwnHost(header, boundTo)).toBe(true);
});

test.each([
  ["attacker.example", "127.0.0.1"],
  ["attacker.example:8080", "0.0.0.0"],
  ["localhost.attacker.example", "127.0.0.1"],
  ["127.0.0.1.attacker.example", "0.0.0.0"],
  ["192.0.2.7:8080", "127.0.0.1"],
  ["localhost:8080:8080", "127.0.0.1"],
  ["localhost@attacker.example", "127.0.0.1"],
  [":8080", "127.0.0.1"],
  ["", "127.0.0.1"],
  [undefined, "127.0.0.1"],
])("%s is none that listens on %s", (header, boundTo) => {
  expect(isOwnHost(header, boundTo)).toBe(false);
});
