// The licences of what is bundled into dist, as their authors ask: dist/THIRD-PARTY.txt, a package after the other.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Rolldown } from "tsdown";

/** Where the package of a bundled file lies; null for the program's own. */
function packageOf(id: string): string | null {
  if (!id.includes("/node_modules/")) return null;
  let folder = dirname(id.replace(/^\0/, "").replace(/\?.*$/, ""));
  // Folders within a package may hold a package.json without a name.
  while (!existsSync(join(folder, "package.json")) || manifestOf(folder).name === undefined)
    folder = dirname(folder);
  return folder;
}

function manifestOf(folder: string): { name?: string; version?: string; license?: string } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function noticeOf(folder: string): string {
  const { name, version, license } = manifestOf(folder);
  const text = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  const terms = text === undefined ? `Licence: ${license}` : readFileSync(join(folder, text), "utf8").trim();
  return `${name} ${version}\n\n${terms}\n`;
}

/** A step of the bundler. */
export function notices(): Rolldown.Plugin {
  return {
    name: "notices",
    generateBundle(_, bundle) {
      const ids = Object.values(bundle).flatMap((file) =>
        file.type === "chunk" ? Object.keys(file.modules) : [],
      );
      const folders = new Set(ids.map(packageOf).filter((folder) => folder !== null));
      const source = [...folders]
        .map(noticeOf)
        .sort()
        .join(`\n${"-".repeat(80)}\n\n`);
      this.emitFile({ type: "asset", fileName: "THIRD-PARTY.txt", source });
    },
  };
}
