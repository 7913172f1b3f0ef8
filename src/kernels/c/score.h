/*
 * The dissipation along one axis of phase space as src/pde/kinetic/score.ts finds it: the sum of s^2 mu, s = b + tau d log mu, over the lines of a
 * panel, by the flux J/sqrt(mu), J = b mu + tau d mu, where a pair of lines is resolved, else by 2 tau d sqrt(mu) + b sqrt(mu).
 */
#ifndef MUFLOW_SCORE_H
#define MUFLOW_SCORE_H

#include "fourier.h"
#include "panel.h"

/** A pair is resolved whose highest modes are within so many times the noise. */
#define RESOLVED 4

struct score {
  struct panels panels;
  /** The first cells of a transform that are filled; modes from the middle one that count as the highest. */
  int32_t filled, reach;
  double noise, temperature;
  /** tau pi over the spacing. */
  double steepest;
  /** Addresses: b by cell, k by mode (0 for the sawtooth), the sum of every panel. */
  double drift, waves, sums;
  struct fourier fourier;
  /** Address of the room of the first thread, and doubles from one to the next: lines, samples, spectrum, slopes, parts. */
  double room, next;
};

/** d of the lines, and the largest square of their highest modes by complex lane. */
INLINE void differentiate(const struct score *s, const double *lines, double *samples, double *spectrum, double *slopes, double *parts, V most[SUB]) {
  const int cells = s->panels.cells, length = s->fourier.odd * s->fourier.even;
  const double *waves = POINTER(const double, s->waves);
  const double *x = lines;
  if (length != cells) {
    for (int i = 0; i < length; i++) {
      for (int l = 0; l < ELEMENT; l += LANES) {
        store(samples + ELEMENT * i + l, i < s->filled ? load(lines + ELEMENT * (i % cells) + l) : splat(0));
      }
    }
    x = samples;
  }
  transform(&s->fourier, x, spectrum, parts);
  for (int v = 0; v < SUB; v++) most[v] = splat(0);
  for (int k = 0; k < length; k++) {
    const V wave = splat(waves[k]);
    const int high = k >= length / 2 - s->reach && k <= length / 2 + s->reach;
    for (int v = 0; v < SUB; v++) {
      double *at = spectrum + ELEMENT * k + v * LANES;
      const C z = element(at, 0);
      if (high) most[v] = maximum(z.re * z.re + z.im * z.im, most[v]);
      put(at, 0, (C){-wave * z.im, wave * z.re});
    }
  }
  inverse(&s->fourier, spectrum, slopes, parts);
}

INLINE int none(M lanes) {
  const V truth = keep(lanes, splat(1));
  for (int k = 0; k < LANES; k++) {
    if (truth[k] != 0) return 0;
  }
  return 1;
}

/** The sums of squares of the panels first .. end - 1. */
static void sum_scores(void *block, int first, int end, int rank) {
  const struct score *s = block;
  const int cells = s->panels.cells, length = s->fourier.odd * s->fourier.even;
  const double *drift = POINTER(const double, s->drift);
  double *sums = POINTER(double, s->sums);
  double *lines = POINTER(double, s->room) + (int64_t)rank * (int64_t)s->next;
  double *samples = lines + ELEMENT * cells, *spectrum = samples + (length == cells ? 0 : ELEMENT * length);
  double *slopes = spectrum + ELEMENT * length, *parts = slopes + ELEMENT * length;
  const V noise = splat(s->noise), tau = splat(s->temperature);
  for (int part = first; part < end; part++) {
    const struct panel at = panel_of(&s->panels, part);
    take_panel(&s->panels, at, lines);
    V largest = splat(0);
    for (int i = 0; i < ELEMENT * cells; i += LANES) largest = maximum(load(lines + i), largest);
    double *sum = sums + s->panels.first + part;
    *sum = 0;
    if (none(less(noise, largest))) continue;
    V most[SUB], total[2 * SUB];
    M resolved[SUB];
    int all = 1;
    differentiate(s, lines, samples, spectrum, slopes, parts, most);
    for (int v = 0; v < SUB; v++) {
      /* Where all of a pair is noise, its flux is 0. */
      V pair = splat(0);
      for (int i = 0; i < cells; i++) {
        const C mu = element(lines + ELEMENT * i + v * LANES, 0);
        pair = maximum(maximum(mu.re, mu.im), pair);
      }
      const V high = square_root(most[v] / splat(length));
      const V sharp = choose(at_most(high, splat(RESOLVED) * noise), splat(1), splat(0));
      resolved[v] = equal(choose(less(noise, pair), sharp, splat(1)), splat(1));
      for (int k = 0; k < LANES; k++) all &= keep(resolved[v], splat(1))[k] != 0;
    }
    for (int v = 0; v < 2 * SUB; v++) total[v] = splat(0);
    for (int i = 0; i < cells; i++) {
      const double b = drift[i];
      const V least = noise * splat((b < 0 ? -b : b) + s->steepest);
      for (int v = 0; v < 2 * SUB; v++) {
        const V mu = load(lines + ELEMENT * i + v * LANES);
        const V flux = splat(b) * mu + tau * load(slopes + ELEMENT * i + v * LANES);
        const V score = keep(less(least, magnitude(flux)), keep(less(noise, mu), flux / square_root(mu)));
        total[v] += score * score;
      }
    }
    if (!all) {
      for (int i = 0; i < ELEMENT * cells; i += LANES) {
        const V mu = load(lines + i);
        store(lines + i, keep(less(splat(0), mu), square_root(mu)));
      }
      differentiate(s, lines, samples, spectrum, slopes, parts, most);
      V rooted[2 * SUB];
      for (int v = 0; v < 2 * SUB; v++) rooted[v] = splat(0);
      for (int i = 0; i < cells; i++) {
        for (int v = 0; v < 2 * SUB; v++) {
          const int cell = ELEMENT * i + v * LANES;
          const V score = splat(drift[i]) * load(lines + cell) + splat(2 * s->temperature) * load(slopes + cell);
          rooted[v] += score * score;
        }
      }
      for (int v = 0; v < 2 * SUB; v++) total[v] = choose(resolved[v % SUB], total[v], rooted[v]);
    }
    for (int l = 0; l < at.lanes; l++) *sum += total[l / LANES][l % LANES];
  }
}

#endif
