// What the package says of itself.

import manifest from "../../package.json" with { type: "json" };

/** Its name, version, description and the versions of Node it needs. */
export const PACKAGE: {
  readonly version: string;
  readonly description: string;
  readonly engines: { readonly node: string };
} = manifest;
