import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 120_000,
    pool: "forks",
    // Vitest's own default leaves a core idle, and on two cores runs one file at a time.
    maxWorkers: 2,
  },
});
