import { Argument, type Command } from "commander";
import { print } from "./print.js";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

export function addCompletionCommand(program: Command): void {
  program
    .command("completion")
    .description("print a script that completes commands, options and files")
    .addArgument(new Argument("<SHELL>", "the shell that is to complete them").choices(SHELLS))
    .addHelpText("after", EXAMPLES)
    .action(async (shell: Shell) => {
      await print(await toScript(program, shell));
    });
}

async function toScript(program: Command, shell: Shell): Promise<string> {
  const { describeCommands } = await import("./completion/describe-commands.js");
  const { listShippedMappings } = await import("../index.js");
  const commands = describeCommands(program, { "--mapping": await listShippedMappings() });
  switch (shell) {
    case "bash":
      return (await import("./completion/to-bash.js")).toBash(commands);
    case "zsh":
      return (await import("./completion/to-zsh.js")).toZsh(commands);
    case "fish":
      return (await import("./completion/to-fish.js")).toFish(commands);
  }
}

const EXAMPLES = `
Examples:
  bash, for every new shell:
    echo 'eval "$(pinpoint-import completion bash)"' >> ~/.bashrc
  zsh, into a directory of fpath:
    pinpoint-import completion zsh > ~/.zfunc/_pinpoint-import
  fish:
    pinpoint-import completion fish > ~/.config/fish/completions/pinpoint-import.fish`;
