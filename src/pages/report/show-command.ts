import { element } from "./element.js";

/** A command to copy. */
export function showCommand(command: string): HTMLElement {
  const text = element("code", { tabindex: "0" }, command);
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    button.textContent = (await copy(command)) ? "Copied" : "Press Ctrl+C";
    if (button.textContent !== "Copied") getSelection()?.selectAllChildren(text);
  });
  return element("div", { class: "command" }, text, button);
}

/** A page from a file may not be allowed to. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
