#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { runCommandLine } from "./run-command-line.js";

// On a machine with much memory V8 lets garbage lie for long: a fifth more of it at a time is enough, and costs little.
setFlagsFromString("--heap-growing-percent=20");

const exitCode = await runCommandLine(process.argv);
// A failure to write stdout has set it already.
process.exitCode ??= exitCode;
