// The figures of a folder, and the optional packages that draw them as other files.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../../base/errors.ts";

/** The paths of figures/*.svg, by their names. Errors (input): there are none. */
export function svgPaths(folder: string): string[] {
  const directory = join(folder, "figures");
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith(".svg")) : [];
  if (names.length === 0)
    throw inputError(directory, "found no figures; muflow run and muflow study make them");
  return names.sort().map((name) => join(directory, name));
}

/** What those packages offer. Errors (input): they are not installed; `option` asked for files of that kind. */
export function loaded<Tools>(
  load: () => Tools,
  option: string,
  kind: string,
  packages: readonly string[],
): Tools {
  try {
    return load();
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    const names = `${packages.slice(0, -1).join(", ")} or ${packages.at(-1)}`;
    throw inputError(
      option,
      `${names}, which draw ${kind} files, does not load (${why}); install them with npm install ${packages.join(" ")}, or take figures/*.svg`,
    );
  }
}
