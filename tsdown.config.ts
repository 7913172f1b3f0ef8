import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    cli: "src/cli/main.ts",
    worker: "src/experiment/worker.ts",
    "claim-worker": "src/cli/claim-worker.ts",
  },
  format: "esm",
  platform: "node",
  target: "node20",
  dts: { entry: "src/index.ts" },
  sourcemap: true,
  clean: true,
  fixedExtension: false,
});
