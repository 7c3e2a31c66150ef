#!/usr/bin/env node
import { runCommandLine } from "./run-command-line.js";

const exitCode = await runCommandLine(process.argv);
// A failure to write stdout has set it already.
process.exitCode ??= exitCode;
