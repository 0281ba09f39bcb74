// Modules of the client's sources, made loadable here: for unit tests, and for the texts of pages.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const setting = JSON.parse(process.env.BANK_WEB ?? "{}");
const { buildSync } = createRequire(join(setting.modules, "x.js"))("esbuild");

// By their names below src, without ".ts".
export async function load(...names) {
  const directory = mkdtempSync(join(tmpdir(), "sources."));
  const loaded = names.map((name) => {
    const outfile = join(directory, `${name.replace("/", "-")}.mjs`);
    buildSync({
      entryPoints: [join(setting.sources, `${name}.ts`)],
      outfile,
      bundle: true,
      format: "esm",
      logLevel: "error",
    });
    return import(pathToFileURL(outfile));
  });
  try {
    return await Promise.all(loaded);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
