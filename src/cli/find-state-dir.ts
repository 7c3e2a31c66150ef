import { homedir } from "node:os";
import { join } from "node:path";

/** Where runs keep what they remember, unless `--state-dir` says otherwise (XDG Base Directory Specification). */
export function findStateDir(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "pinpoint-import");
}
