import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The folders beside this file: each holds `page.html`, `page.css` and `client.ts`. */
export type PageName = "report" | "sandbox";

/**
 * Makes one HTML text of a page, its style and its script, libraries included: it asks no other place for anything. The script's
 * hash goes into the page's Content-Security-Policy, so that no other script runs there, whatever the data holds.
 */
export async function buildPage(name: PageName): Promise<string> {
  const toPath = (file: string): string => fileURLToPath(new URL(`${name}/${file}`, import.meta.url));
  const [html, style, script] = await Promise.all([
    readFile(toPath("page.html"), "utf8"),
    readFile(toPath("page.css"), "utf8"),
    bundle(toPath("client.ts")),
  ]);
  const hash = createHash("sha256").update(script).digest("base64");
  const inlined = new Map([
    ['<link rel="stylesheet" href="page.css">', `<style>${style}</style>`],
    ['<script src="client.ts"></script>', `<script>${script}</script>`],
    ["script-src 'none'", `script-src 'sha256-${hash}'`],
  ]);
  return [...inlined].reduce((page, [mark, text]) => page.replace(mark, () => text), html);
}

async function bundle(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "inline",
    write: false,
  });
  // What ends a script in HTML ends it in a string of JavaScript too.
  return (outputFiles[0]?.text ?? "").trim().replaceAll("</script", "<\\/script");
}
