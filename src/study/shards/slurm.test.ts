import { describe, expect, it } from "vitest";
import {
  activity,
  afterLoss,
  arrayIndices,
  arrayScript,
  jobIdIn,
  jobOf,
  queuedTasks,
  sbatchOptions,
} from "./slurm.ts";

describe("what Slurm prints", () => {
  it("is a job's number, whatever a site has it say besides", () => {
    expect(jobIdIn("1234\n")).toBe("1234");
    expect(jobIdIn("1234;cluster\n")).toBe("1234");
    expect(jobIdIn("Welcome! 99 projects have hours left.\n1234\n")).toBe("1234");
    expect(jobIdIn("")).toBeNull();
    expect(jobIdIn("Submitted nothing")).toBeNull();
  });

  it("is a queue, task by task", () => {
    const queue = queuedTasks(`CLUSTER: other
7|1|RUNNING|None
7|2|PENDING|Nodes required for job are DOWN, DRAINED or reserved
7|3|NODE_FAIL|NodeDown
8|N/A|RUNNING|None
`);
    expect([...queue.keys()]).toEqual(["7_1", "7_2", "7_3"]);
    expect(queue.get("7_2")!.reason).toBe("Nodes required for job are DOWN, DRAINED or reserved");
  });

  it("says whether anybody is at a task; states it does not know are waited for", () => {
    const of = (state: string) => activity({ state, reason: "None" });
    expect(["PENDING", "REQUEUED", "CONFIGURING"].map(of)).toEqual(["pending", "pending", "pending"]);
    expect(["RUNNING", "COMPLETING", "SUSPENDED", "NEW_IN_26"].map(of)).toEqual(Array(4).fill("running"));
    expect(["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"].map(of)).toEqual(
      Array(5).fill("ended"),
    );
  });
});

describe("what is said to Slurm", () => {
  it("names shards shortly", () => {
    expect(arrayIndices([1, 2, 3, 4])).toBe("1-4");
    expect(arrayIndices([9, 2, 3, 10, 5])).toBe("2-3,5,9-10");
  });

  it("passes a site's options on, as words of a shell", () => {
    expect(sbatchOptions(["--time=1:00:00 -p 'a b'", '--comment="it\'s" --mem=4G'])).toEqual([
      ...["--time=1:00:00", "-p", "a b"],
      ...["--comment=it's", "--mem=4G"],
    ]);
  });

  it.each([
    "--array=1-3",
    "--array 1",
    "-a1",
    "--wait",
    "-W",
    "--wrap=ls",
    "-Mother",
    "--job-name=x",
  ])("refuses %s", (option) => {
    expect(() => sbatchOptions([option])).toThrow(/^--sbatch: found -.*; allowed: options of sbatch but/);
  });

  it("refuses a quote without an end, and takes options that only look alike", () => {
    expect(() => sbatchOptions(["--comment='x"])).toThrow("a quote ' has no end");
    expect(sbatchOptions(["--wait-all-nodes=1 -A account"])).toEqual(["--wait-all-nodes=1", "-A", "account"]);
  });

  it("quotes the folder, and counts attempts of Slurm's own", () => {
    const script = arrayScript({
      program: ["/opt/a node", "/opt/cli.js"],
      folder: "/data/it's",
      shards: 3,
      backend: "wasm",
      checkpointSeconds: 5,
    });
    expect(script).toContain(`study='/data/it'\\''s'\n`);
    expect(script).toContain(
      `exec '/opt/a node' /opt/cli.js study "$study" --shard "$SLURM_ARRAY_TASK_ID/3"`,
    );
    expect(script).toContain(" --backend wasm ");
    expect(script).toContain(
      `if [ "\${SLURM_RESTART_COUNT:-0}" -gt 0 ]; then rm -f -- "$own/state/lock"; fi`,
    );
  });
});

describe("a shard that was lost", () => {
  it("is tried again as often as said, and without end while it gets further", () => {
    let attempts = { count: 0, share: 0.2 };
    const lose = (share: number) => {
      const next = afterLoss(attempts, share, 2);
      attempts = next.attempts;
      return next.again;
    };
    expect([lose(0.2), lose(0.2)]).toEqual([true, true]);
    expect([0.3, 0.4, 0.5, 0.6].map(lose)).toEqual([true, true, true, true]);
    expect([lose(0.6), lose(0.6)]).toEqual([true, false]);
  });

  it("that lost ground to a damaged state counts as one that got no further", () => {
    expect(afterLoss({ count: 1, share: 0.5 }, 0.4, 1)).toEqual({
      again: false,
      attempts: { count: 2, share: 0.4 },
    });
  });

  it("is found under the job that had it last", () => {
    const submissions = [
      { job: "7", shards: [1, 2, 3] },
      { job: "8", shards: [2] },
    ];
    const record = { hash: "", shards: 4, started: "", submissions };
    expect([1, 2, 4].map((shard) => jobOf(record, shard))).toEqual(["7", "8", null]);
  });
});
