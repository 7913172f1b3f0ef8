// Threads begin with files of the built program, which lie beside the one that starts them.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where that file is; null among the sources, where there is none. */
export function builtFile(name: string): URL | null {
  const place = new URL(name, import.meta.url);
  return existsSync(fileURLToPath(place)) ? place : null;
}
