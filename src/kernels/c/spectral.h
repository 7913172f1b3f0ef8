/*
 * The spectral moves of a density of phase space along one axis, as src/pde/kinetic/spectral-moves.ts and dilation.ts: shifts by phases, O by a
 * chirp transform. A part is a panel: eight complex lines, taken up once for all moves that follow one another.
 */
#ifndef MUFLOW_SPECTRAL_H
#define MUFLOW_SPECTRAL_H

#include "elementary.h"
#include "fourier.h"
#include "panel.h"

/** Modes between which phases are multiplied rather than computed. */
#define COARSE 16
#define TWO_PI 6.283185307179586

/** Of eight amounts after the other: by k <= n/2 and amount, cos and -sin of 2 pi k turns. */
struct phases {
  /** Addresses: turns by amount, filled up to a multiple of eight; the phases. */
  double turns, phases;
  int32_t half, unused;
};

/** Those of the amounts 8 first .. 8 end - 1. */
static void fill_phases(void *block, int first, int end, UNUSED int rank) {
  const struct phases *p = block;
  const int half = p->half;
  for (int tile = first; tile < end; tile++) {
    double *out = POINTER(double, p->phases) + (int64_t)ELEMENT * (half + 1) * tile;
    for (int l = 0; l < 8; l += LANES) {
      const V turn = load(POINTER(const double, p->turns) + 8 * tile + l);
      double *o = out + l;
      for (int k = 0; k <= half; k += k < COARSE ? 1 : COARSE) {
        const V turns = splat(k) * turn;
        const V angle = splat(TWO_PI) * (turns - (turns + splat(ROUNDER) - splat(ROUNDER)));
        put(o + ELEMENT * k, 0, (C){cos_v(angle), -sin_v(angle)});
      }
      for (int k = COARSE + 1; k <= half; k++) {
        if (k % COARSE == 0) continue;
        const C fine = element(o + ELEMENT * (k % COARSE), 0), coarse = element(o + ELEMENT * (k - k % COARSE), 0);
        put(o + ELEMENT * k, 0, times(coarse, fine));
      }
      store(o + ELEMENT * half + 8, splat(0));
    }
  }
}

/** O, from samples to the series of what becomes of them: addresses of the factors before, within and after the convolution. */
struct dilation {
  double before, kernel, after;
  struct fourier fourier;
};

/** Sum of the elements, of each lane, with what rounding loses added in the end. */
INLINE V compensated(const double *z, int count) {
  V total = splat(0), lost = splat(0);
  for (int i = 0; i < count; i++) {
    const V x = load(z + ELEMENT * i);
    const V next = total + x;
    const V part = next - total;
    lost += total - (next - part) + (x - part);
    total = next;
  }
  return total + lost;
}

/** spectrum = the series of O z; `there` and `back`: room for two transforms of its length. */
__attribute__((noinline)) static void dilate(const struct dilation *d, int cells, const double *z, double *spectrum, double *there, double *back) {
  const int length = d->fourier.even, half = cells / 2;
  const struct source samples = {z, POINTER(const double, d->before), 1, cells};
  transform_part(&d->fourier, &samples, 1, 0, 1, 0, ALL, there);
  const struct source product = {there, POINTER(const double, d->kernel), 1, length};
  transform_part(&d->fourier, &product, 1, 8, 1.0 / length, 1, ENDS, back);
  const double *after = POINTER(const double, d->after);
  for (int l = 0; l < 8; l += LANES) {
    store(spectrum + l, compensated(z + l, cells));
    store(spectrum + 8 + l, compensated(z + 8 + l, cells));
  }
  for (int m = 1; m < half; m++) {
    const C plus = constant(after + 2 * m), minus = constant(after + 2 * (cells + 1 - m));
    for (int l = 0; l < 8; l += LANES) {
      put(spectrum + ELEMENT * m + l, 0, times(element(back + ELEMENT * m + l, 0), plus));
      put(spectrum + ELEMENT * (cells - m) + l, 0, times(element(back + ELEMENT * (length - m) + l, 0), minus));
    }
  }
  for (int l = 0; l < 8; l += LANES) {
    const C plus = times(element(back + ELEMENT * half + l, 0), constant(after + 2 * half));
    const C minus = times(element(back + ELEMENT * (length - half) + l, 0), constant(after + 2 * (half + 1)));
    put(spectrum + ELEMENT * half + l, 0, (C){minus.re + plus.re, minus.im + plus.im});
  }
}

/** Z = X + iY becomes pX + iqY, p and q by mode and lane: Z_k <- (p + q)/2 Z_k + (p - q)/2 conj(Z_-k), at -k with conj(p), conj(q). */
__attribute__((noinline)) static void turn(double *spectrum, const double *p, const double *q, int cells) {
  const int half = cells / 2;
  const V factor = splat(0.5);
  for (int k = 1; k < half; k++) {
    for (int l = 0; l < 8; l += LANES) {
      const C pk = element(p + ELEMENT * k + l, 0), qk = element(q + ELEMENT * k + l, 0);
      const C sum = {factor * (pk.re + qk.re), factor * (pk.im + qk.im)};
      const C gap = {factor * (pk.re - qk.re), factor * (pk.im - qk.im)};
      double *plus = spectrum + ELEMENT * k + l, *minus = spectrum + ELEMENT * (cells - k) + l;
      const C z = element(plus, 0), w = element(minus, 0);
      put(plus, 0,
          (C){sum.re * z.re - sum.im * z.im + gap.re * w.re + gap.im * w.im,
              sum.re * z.im + sum.im * z.re - gap.re * w.im + gap.im * w.re});
      put(minus, 0,
          (C){sum.re * w.re + sum.im * w.im + gap.re * z.re - gap.im * z.im,
              sum.re * w.im - sum.im * w.re - gap.re * z.im - gap.im * z.re});
    }
  }
  for (int l = 0; l < 8; l += LANES) {
    double *nyquist = spectrum + ELEMENT * half + l;
    store(nyquist, load(nyquist) * load(p + ELEMENT * half + l));
    store(nyquist + 8, load(nyquist + 8) * load(q + ELEMENT * half + l));
  }
}

struct spectral {
  struct panels panels;
  struct amounts amounts;
  /** Moves that follow one another, the first in the lowest bit: 0 a shift, 1 O. */
  int32_t count, moves;
  /** Address of the phases of all amounts. */
  double phases;
  struct fourier fourier;
  struct dilation dilation;
  /** Address of the room of the first thread, and doubles from one to the next: lines, spectrum, parts, phases, two transforms of O. */
  double room, next;
};

/** Phases of eight lanes: where they are, if those are the amounts of a tile, or copied to `room`. */
INLINE const double *phases_of(const struct spectral *s, struct panel at, int lane, double *room) {
  const int half = s->panels.cells / 2;
  const int64_t tile = (int64_t)ELEMENT * (half + 1);
  const double *all = POINTER(const double, s->phases);
  const double *from[8];
  int aligned = 1;
  for (int l = 0; l < 8; l++) {
    const int amount = amount_of(&s->amounts, &s->panels, at, lane + l);
    from[l] = all + tile * (amount >> 3) + (amount & 7);
    aligned &= from[l] == from[0] + l;
  }
  if (aligned) return from[0];
  for (int k = 0; k <= half; k++) {
    for (int l = 0; l < 8; l++) {
      room[ELEMENT * k + l] = from[l][ELEMENT * k];
      room[ELEMENT * k + 8 + l] = from[l][ELEMENT * k + 8];
    }
  }
  return room;
}

/** All moves on the panels first .. end - 1. */
static void move_spectral(void *block, int first, int end, int rank) {
  const struct spectral *s = block;
  const int cells = s->panels.cells, half = cells / 2;
  const int size = ELEMENT * cells, table = ELEMENT * (half + 1);
  double *lines = POINTER(double, s->room) + (int64_t)rank * (int64_t)s->next;
  double *spectrum = lines + size, *parts = spectrum + size;
  double *room = parts + (s->fourier.odd == 1 ? 0 : size);
  double *there = room + 2 * table, *back = there + ELEMENT * s->dilation.fourier.even;
  for (int part = first; part < end; part++) {
    const struct panel at = panel_of(&s->panels, part);
    take_panel(&s->panels, at, lines);
    const double *p = 0, *q = 0;
    for (int k = 0; k < s->count; k++) {
      if (s->moves >> k & 1) {
        if (k > 0) inverse(&s->fourier, spectrum, lines, parts);
        dilate(&s->dilation, cells, lines, spectrum, there, back);
      } else {
        if (k == 0) transform(&s->fourier, lines, spectrum, parts);
        if (p == 0) {
          p = phases_of(s, at, 0, room);
          q = phases_of(s, at, 8, room + table);
        }
        turn(spectrum, p, q, cells);
      }
    }
    inverse(&s->fourier, spectrum, lines, parts);
    give_panel(&s->panels, at, lines);
  }
}

#endif
