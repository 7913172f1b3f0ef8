// A row that times steps: ours through `evolve`, the peers on the same start, in turn. First the sides must agree.
// A definition has
//   name, about, options (defaults), cases (what differs from them in the table), title(options), peers by name
//   ours(library, options) → {inputs(steps), after(steps), run(steps), without?(steps)}     as bench/ours.mjs asks for them
//   agreement({here, elsewhere, shown}) → {holds, text}: here(steps) → {ours(name), peer(name)}, arrays after these steps from the start;
//     elsewhere(options, steps, use): the same with other options, to `use`
//   shown: steps to agree after, whose noise the peer is given · longest: steps of one run, where later ones would cost less
//   sample: milliseconds of one, where less than that would not do
//   complete(options): with what follows from them · unit(options) → {name, perMs} · rounds, threads
// A peer is {program} of bench/peers with what it `needs` of Python, or {muflow: true}, muflow 0.3.0; `blas`: threads of its BLAS, where they are
// not as many as its own; `asked`: only timed when asked for.

import { inFolder } from "./agreement.mjs";
import { clearArrays, readArray } from "./arrays.mjs";
import { interleaved } from "./measure.mjs";
import { muflowSide, peerSide, THIS_BUILD } from "./sides.mjs";

const MILLISECONDS = { name: "ms", perMs: 1 };

export function stepRow(row) {
  return { shown: 1, unit: () => MILLISECONDS, complete: (options) => options, ...row, measure };
}

/** Records of that case: one a peer, or one of ours alone where there is none. Errors: sides that disagree. */
async function measure(asked, context) {
  const options = this.complete({ ...this.options, ...asked });
  const threads = this.threads ?? context.threads;
  const setting = { row: this, options, context: { ...context, threads } };
  const names = peersHere(this, context);
  return inFolder(async (folder) => {
    const sides = await open(setting, folder, names);
    try {
      const agreements = [];
      for (const [k, name] of names.entries()) {
        context.tell(`${this.title(options)}: does ${name} agree?`);
        agreements.push(await agreement(setting, folder, sides, k, name));
      }
      context.tell(`${this.title(options)}: timing`);
      const { rounds = this.rounds ?? 11 } = context;
      const wanted = Math.max(context.sample, this.sample ?? 0);
      const [own, ...others] = await interleaved(sides, { rounds, wanted });
      const { name: unit, perMs } = this.unit(options);
      const inUnit = ({ ms, ratio, ...rest }) => ({
        time: { low: ms.low * perMs, median: ms.median * perMs, high: ms.high * perMs },
        ...rest,
      });
      const record = { row: this.name, options, title: this.title(options), unit, backend: context.backend };
      const ours = { ...inUnit(own), threads };
      if (others.length === 0) return [{ ...record, ours }];
      return others.map((other, k) => ({
        ...record,
        ours,
        against: names[k],
        peer: { ...inUnit(other), threads, tuned: sides[k + 1].about.tuned },
        ratio: other.ratio,
        agreement: agreements[k],
      }));
    } finally {
      await close(sides);
    }
  });
}

/** The peers that are asked for, of those of the row, and here; what is not here is said. */
function peersHere(row, { peers: asked, python, old, tell }) {
  const all = Object.keys(row.peers);
  const wanted = all.filter((name) => asked?.includes(name) ?? !row.peers[name].asked);
  return wanted.filter((name) => {
    const absent = absence(row.peers[name], python, old);
    if (absent !== null) tell(`${row.name}: without ${name}: ${absent}`);
    return absent === null;
  });
}

function absence({ muflow, needs = [] }, python, old) {
  if (muflow) return old === null ? "no --old DIR, and no MUFLOW_OLD" : null;
  if (python === null) return "no Python with NumPy (--python, or MUFLOW_BENCH_PYTHON)";
  const lacking = needs.filter((name) => python.packages[name] === null);
  return lacking.length === 0 ? null : `${python.command} has no ${lacking.join(", ")}`;
}

/** Ours, then the peers, all with the inputs that ours laid down. */
async function open({ row, options, context }, folder, names) {
  const { threads, backend, python, old } = context;
  const muflow = (build) => muflowSide({ row: row.name, options, build, folder, backend });
  const sides = [await muflow(THIS_BUILD)];
  try {
    await sides[0].ask({ do: "inputs", steps: row.shown });
    for (const name of names) {
      const { program, options: own, blas } = row.peers[name];
      const settings = {
        program,
        options: { ...options, ...own },
        folder,
        threads,
        blas,
        python: python?.command,
      };
      sides.push(program === undefined ? await muflow(old) : await peerSide(settings));
    }
    return sides;
  } catch (error) {
    await close(sides);
    throw error;
  }
}

const close = (sides) => Promise.all(sides.map((side) => side.close()));

/** How the k-th peer agrees, in words. Errors: it does not. */
async function agreement({ row, options, context }, folder, sides, k, name) {
  const shown = async (where, own, peer, steps) => {
    clearArrays(where, "peer-");
    await own.ask({ do: "show", steps, as: "ours" });
    await peer.ask({ do: "show", steps, as: "peer" });
    return {
      ours: (array) => readArray(where, `ours-${array}`),
      peer: (array) => readArray(where, `peer-${array}`),
    };
  };
  const elsewhere = (overrides, steps, use) =>
    inFolder(async (other) => {
      const changed = { row, options: row.complete({ ...options, ...overrides }), context };
      const [own, peer] = await open(changed, other, [name]);
      try {
        return await use(await shown(other, own, peer, steps));
      } finally {
        await close([own, peer]);
      }
    });
  const { holds, text } = await row.agreement({
    here: (steps) => shown(folder, sides[0], sides[k + 1], steps),
    elsewhere,
    shown: row.shown,
  });
  if (holds) return text;
  throw new Error(`${row.title(options)}: muflow and ${name} disagree (${text}); not timed`);
}
