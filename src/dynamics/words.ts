// Splitting of the kinetic equation into three exact moves, the same on particles and on a density (docs/theory.md §2.3):
// A drift θ += ωh · B kick ω −= ∇Φ h (Φ stands still: ρ does) · O Ornstein–Uhlenbeck in ω, exact.
// An integrator is a word over them; a palindrome is of second (weak) order. Each letter's steps sum to h.

import type { Source } from "../base/sources.ts";

export type Move = "A" | "B" | "O";

export interface Stage {
  readonly move: Move;
  /** Share of the step h. */
  readonly share: number;
  /** 0, 1, … among the same letters of the word: tells apart their noises. */
  readonly occurrence: number;
}

export const WORDS = {
  aboba: { word: "ABOBA", sources: ["leimkuhler2013"] },
  baoab: { word: "BAOAB", sources: ["leimkuhler2013"] },
  obabo: { word: "OBABO", sources: ["bussi2007"] },
} as const satisfies Record<string, { word: string; sources: readonly Source[] }>;

export type WordName = keyof typeof WORDS;

export const WORD_NAMES = Object.keys(WORDS) as WordName[];

/** The stages of a word: a letter that occurs n times takes h/n each time. */
export function stages(name: WordName): Stage[] {
  const letters = WORDS[name].word.split("") as Move[];
  const count = (move: Move) => letters.filter((letter) => letter === move).length;
  return letters.map((move, i) => ({
    move,
    share: 1 / count(move),
    occurrence: letters.slice(0, i).filter((letter) => letter === move).length,
  }));
}
