import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 120_000,
    pool: "forks",
    setupFiles: ["test/random.ts"],
    // Some tests wait rather than compute, for a cluster or a signal: three files at a time keep two cores busy.
    maxWorkers: 3,
  },
});
