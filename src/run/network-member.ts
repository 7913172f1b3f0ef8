// A thread's share of a network that a library call put on others (on-threads.ts), which may be all of it.

import { MuflowError } from "../base/errors.ts";
import { takeMeans } from "../kernels/backend/backend.ts";
import { takeError } from "../kernels/gpu/report.ts";
import { SOLO, TeamAborted, ThreadTeam } from "../kernels/team.ts";
import { memoryFor } from "../particles/network.ts";
import { type MemberAnswer, type MemberJob, remade } from "./on-threads.ts";
import { simulateParticles } from "./simulate-particles.ts";

/** The first member answers for all; another only where it failed. */
export default function member(job: MemberJob): MemberAnswer {
  const { memory: shared, rank, size, means } = job;
  const team = shared === null ? null : new ThreadTeam(shared.control, rank, size);
  try {
    takeMeans(means);
    const run = remade(job);
    const memory = shared ?? memoryFor(run, 1, means.threads);
    const end = simulateParticles(run, team ?? SOLO, memory);
    const error = takeError();
    return rank === 0 ? { end, error } : { error };
  } catch (error) {
    if (error instanceof TeamAborted) return {};
    team?.abort();
    if (!(error instanceof MuflowError)) throw error;
    const { kind, message } = error;
    return { failure: { kind, message } };
  }
}
