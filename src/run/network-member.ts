// A thread's share of a network that a library call put on several (on-threads.ts).

import { MuflowError } from "../base/errors.ts";
import { takeMeans } from "../kernels/backend/backend.ts";
import { TeamAborted, ThreadTeam } from "../kernels/team.ts";
import { type MemberAnswer, type MemberJob, remade } from "./on-threads.ts";
import { simulateParticles } from "./simulate-particles.ts";

/** The first member answers for all; another only where it failed. */
export default function member(job: MemberJob): MemberAnswer {
  const { memory, rank, size, means } = job;
  const team = new ThreadTeam(memory.control, rank, size);
  try {
    takeMeans(means);
    const end = simulateParticles(remade(job), team, memory);
    return rank === 0 ? { end } : {};
  } catch (error) {
    if (error instanceof TeamAborted) return {};
    team.abort();
    if (!(error instanceof MuflowError)) throw error;
    const { kind, message } = error;
    return { failure: { kind, message } };
  }
}
