// Where gpu.js and webgpu (Dawn, which is WebGPU without a browser) are: beside muflow, or in the current folder; MUFLOW_GPU names another folder.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

/** The oldest versions that do, with which the tests are made. */
const WANTED = { "gpu.js": "2.24.1", webgpu: "0.6.2" } as const;
type Name = keyof typeof WANTED;

/** What installs them, in the folder of a program that uses muflow. */
export const GPU_INSTALL = `npm i gpu.js@${WANTED["gpu.js"]} webgpu@${WANTED.webgpu}`;

export interface GpuPackages {
  /** Files to be loaded. */
  readonly gpuJs: string;
  readonly webgpu: string;
  /** Names and versions, for summary.json. */
  readonly library: string;
}

/** Both, or in words what lacks and how to get it. */
export function gpuPackages(): GpuPackages | { readonly lack: string } {
  const gpuJs = packageOf("gpu.js");
  const webgpu = packageOf("webgpu");
  const lacks = [gpuJs, webgpu].flatMap((found) => ("lack" in found ? [found.lack] : []));
  if ("lack" in gpuJs || "lack" in webgpu) {
    return { lack: `${lacks.join(", ")}; \`${GPU_INSTALL}\` installs what it needs` };
  }
  const library = `gpu.js ${gpuJs.version}, webgpu ${webgpu.version}`;
  return { gpuJs: gpuJs.path, webgpu: webgpu.path, library };
}

function placesToLook(): string[] {
  const named = process.env.MUFLOW_GPU || null;
  return named === null ? [import.meta.url, join(process.cwd(), "_")] : [join(resolve(named), "_")];
}

function packageOf(name: Name): { path: string; version: string } | { lack: string } {
  let lack = `${name} is not installed`;
  for (const place of placesToLook()) {
    const require = createRequire(place);
    let path: string;
    let about: { version: string; private?: boolean };
    try {
      path = require.resolve(name);
      about = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8"));
    } catch {
      continue;
    }
    // What stands in for it among muflow's own tests.
    if (about.private === true) continue;
    if (!isOlder(about.version, WANTED[name])) return { path, version: about.version };
    lack = `${name} ${about.version} is too old`;
  }
  return { lack };
}

function isOlder(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split(".").map((part) => Number.parseInt(part, 10)));
  const at = b!.findIndex((part, k) => part !== a![k]);
  return at >= 0 && !(a![at]! > b![at]!);
}
