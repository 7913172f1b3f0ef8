/*
 * Scharfetter-Gummel fluxes along the lines of one axis of a grid: (I + hL) x = b, its factors, and its derivative in the potential.
 *   rates (h D tau / Delta^2) B(+-u), u = (Phi_i+1 - Phi_i)/tau, B(x) = x/(e^x - 1); elimination as in src/grid/resolvent.ts
 * Lanes are lines, 16 neighbouring ones a panel, which is a part of the work: no number depends on another line. The same roundings in
 * the same order as src/pde/fokker-planck/scharfetter-gummel.ts and src/grid/resolvent.ts. Faces at the ends are closed, or lines are cyclic.
 */
#ifndef MUFLOW_LINES_H
#define MUFLOW_LINES_H

#include "elementary.h"
#include "kernels.h"
#include "panel.h"

/** Vectors of a panel's row: so many chains of divisions, none of which waits for another, keep a processor busy. */
#define WIDE (ACROSS / LANES)

/** Written by src/pde/fokker-planck/line-kernels.ts. Several arrays lie on the grid: `values` of the panels is not read, but set to each in turn. */
struct lines {
  struct panels panels;
  /** h D/Delta^2, and tau, 0 for upwind fluxes. */
  double scale, temperature;
  /** Whether the last cell is a neighbour of the first; whether the factors, or the conductances, are yet to be made. */
  double cyclic, fresh;
  /** Addresses, on the grid. */
  double phi, from, to, dphi;
  /** Panel after panel, cell after cell, lane after lane. */
  double forward, inverse, backward, after, conductance;
  /** On cyclic lines: what cell 0 sends to cell i once those between are eliminated, and what cell i sends to it, over the pivot. */
  double from_zero, to_zero;
  /** A number a lane of each panel. */
  double sums;
  /** Of each thread, so many doubles apart. */
  double scratch, apart;
};

/** Rows of 16 lanes, a cell of each line. */
typedef struct {
  double *at;
  int64_t step;
} Rows;

INLINE double *row(Rows rows, int64_t i) {
  return rows.at + i * rows.step;
}

/** Whether a panel's rows lie in the grid as they do in a panel. */
INLINE int is_direct(const struct panels *p, struct panel at) {
  return at.lanes == ACROSS && p->stride != 1;
}

/** Those of a panel of an array on the grid: where they are, or copied to `copy`. */
INLINE Rows rows_of(const struct panels *p, struct panel at, double address, double *copy) {
  if (is_direct(p, at)) return (Rows){POINTER(double, address) + at.base, p->stride};
  struct panels array = *p;
  array.values = address;
  take_panel(&array, at, copy);
  return (Rows){copy, ACROSS};
}

/** Over a face where Phi rises by so much: what flows right from the cell below, and left from the one above. */
INLINE void rates_over(const int upwind, V rise, V scale, V factor, V inverse, V *right, V *left) {
  if (upwind) {
    *right = keep(less(rise, splat(0)), -scale * rise);
    *left = keep(less(splat(0), rise), scale * rise);
    return;
  }
  const V u = rise * inverse;
  const V size = magnitude(u);
  const V uphill = choose(equal(size, splat(0)), splat(1), size / expm1_v(size));
  const V downhill = uphill + size;
  const M falls = less(u, splat(0));
  *right = factor * choose(falls, downhill, uphill);
  *left = factor * choose(falls, uphill, downhill);
}

/** Below this B' is summed from its series, as the closed form cancels. */
#define SLOPE_SERIES 0.5

/** B'(x) for x >= 0. */
INLINE V bernoulli_slope(V x) {
  const V u = x * x;
  V odd = splat(-3617.0 / 666913927680000.0);
  odd = splat(1.0 / 5337446400.0) + u * odd;
  odd = splat(-691.0 / 108972864000.0) + u * odd;
  odd = splat(1.0 / 4790016.0) + u * odd;
  odd = splat(-1.0 / 151200.0) + u * odd;
  odd = splat(1.0 / 5040.0) + u * odd;
  odd = splat(-1.0 / 180.0) + u * odd;
  odd = splat(1.0 / 6.0) + u * odd;
  const V b = x / expm1_v(x);
  return choose(less(x, splat(SLOPE_SERIES)), splat(-0.5) + x * odd, b * (splat(1) - b - x) / x);
}

/** How the flux over a face answers to a rise of Phi: conductances of scharfetter-gummel.ts. */
INLINE V conductance_over(const int upwind, V rise, V scale, V temperature, V below, V above) {
  if (upwind)
    return scale * choose(less(rise, splat(0)), below, keep(less(splat(0), rise), above));
  const V uphill = -bernoulli_slope(magnitude(rise) / temperature);
  const V downhill = splat(1) - uphill;
  const M falls = less(rise, splat(0));
  return scale * (choose(falls, downhill, uphill) * below + choose(falls, uphill, downhill) * above);
}

/** The second half of a solve: x from what elimination left there, also to `to`. */
INLINE void substitute(int cells, const double *inverse, const double *backward, double *x, Rows to) {
  V carried[WIDE];
  const int64_t last = cells - 1;
  UNROLL for (int w = 0; w < WIDE; w++) {
    const int64_t k = last * ACROSS + w * LANES;
    carried[w] = load(inverse + k) * load(x + k);
    store(x + k, carried[w]);
    store_anywhere(row(to, last) + w * LANES, carried[w]);
  }
  for (int64_t i = last - 1; i >= 0; i--)
    UNROLL for (int w = 0; w < WIDE; w++) {
      const int64_t k = i * ACROSS + w * LANES;
      carried[w] = load(inverse + k) * load(x + k) + load(backward + k) * carried[w];
      store(x + k, carried[w]);
      store_anywhere(row(to, i) + w * LANES, carried[w]);
    }
}

/** Factors of a panel, and elimination of b to x on the way. */
INLINE void factor_panel(const int upwind, const struct lines *p, int cells, Rows phi, Rows b, double *forward,
                         double *inverse, double *backward, double *x) {
  const V scale = splat(p->scale), factor = splat(p->scale * p->temperature);
  const V per_temperature = splat(1 / p->temperature);
  V height[WIDE], kept[WIDE], pivot[WIDE], right[WIDE], left[WIDE], carried[WIDE];
  UNROLL for (int w = 0; w < WIDE; w++) {
    height[w] = load_anywhere(row(phi, 1) + w * LANES);
    rates_over(upwind, height[w] - load_anywhere(row(phi, 0) + w * LANES), scale, factor, per_temperature, right + w, left + w);
    kept[w] = splat(1);
    pivot[w] = splat(1) / (splat(1) + right[w]);
    carried[w] = load_anywhere(row(b, 0) + w * LANES);
    store(inverse + w * LANES, pivot[w]);
    store(x + w * LANES, carried[w]);
  }
  for (int64_t i = 1; i < cells; i++)
    UNROLL for (int w = 0; w < WIDE; w++) {
      const int64_t k = i * ACROSS + w * LANES;
      const V share = left[w] * pivot[w];
      const V excess = splat(1) + share * kept[w];
      const V onward = right[w] * pivot[w];
      kept[w] = excess;
      right[w] = splat(0);
      if (i < cells - 1) {
        const V next = load_anywhere(row(phi, i + 1) + w * LANES);
        rates_over(upwind, next - height[w], scale, factor, per_temperature, right + w, left + w);
        height[w] = next;
      }
      pivot[w] = splat(1) / (excess + right[w]);
      carried[w] = load_anywhere(row(b, i) + w * LANES) + onward * carried[w];
      store(forward + k, onward);
      store(backward + k - ACROSS, share);
      store(inverse + k, pivot[w]);
      store(x + k, carried[w]);
    }
}

/** Elimination of b to x by factors that are there. */
INLINE void eliminate(int cells, Rows b, const double *forward, double *x) {
  V carried[WIDE];
  UNROLL for (int w = 0; w < WIDE; w++) {
    carried[w] = load_anywhere(row(b, 0) + w * LANES);
    store(x + w * LANES, carried[w]);
  }
  for (int64_t i = 1; i < cells; i++)
    UNROLL for (int w = 0; w < WIDE; w++) {
      const int64_t k = i * ACROSS + w * LANES;
      carried[w] = load_anywhere(row(b, i) + w * LANES) + load(forward + k) * carried[w];
      store(x + k, carried[w]);
    }
}

/** Factors of a panel of cyclic lines, from the rates at which mass leaves each cell. */
static void factor_cycles(int cells, const double *right, const double *left, double *forward, double *inverse, double *backward,
                          double *from_zero, double *to_zero) {
  const int last = cells - 1;
  V kept[WIDE], returned[WIDE], pivot[WIDE], outflow[WIDE], zero[WIDE];
  UNROLL for (int w = 0; w < WIDE; w++) {
    const int64_t first = w * LANES, k = first + ACROSS;
    kept[w] = splat(1);
    returned[w] = load(left + k);
    outflow[w] = load(right + first);
    pivot[w] = splat(1) / (splat(1) + load(left + k) + load(right + k));
    /* 1/d of cell 0 gathers here, as d, what the elimination of the others leaves of its outflow. */
    zero[w] = splat(1) + outflow[w] * pivot[w];
    store(from_zero + k, outflow[w]);
    store(inverse + k, pivot[w]);
    store(to_zero + k, returned[w] * pivot[w]);
  }
  for (int64_t i = 2; i < cells; i++)
    UNROLL for (int w = 0; w < WIDE; w++) {
      const int64_t k = i * ACROSS + w * LANES;
      const V before = pivot[w], onward = load(right + k - ACROSS);
      const V share = load(left + k) * before;
      const V excess = splat(1) + share * kept[w];
      V back = share * returned[w], out = outflow[w] * onward * before;
      if (i == last) {
        back += load(right + k);
        out += load(left + w * LANES);
        pivot[w] = splat(1) / (excess + back);
      } else pivot[w] = splat(1) / (excess + back + load(right + k));
      kept[w] = excess;
      returned[w] = back;
      outflow[w] = out;
      store(forward + k, onward * before);
      store(backward + k - ACROSS, share);
      store(from_zero + k, out);
      store(inverse + k, pivot[w]);
      store(to_zero + k, back * pivot[w]);
      zero[w] += out * excess * pivot[w];
    }
  UNROLL for (int w = 0; w < WIDE; w++) store(inverse + w * LANES, splat(1) / zero[w]);
}

/** x from b, which it overwrites. */
static void solve_cycles(const struct lines *p, int64_t place, double *x) {
  const int cells = p->panels.cells;
  const double *forward = POINTER(double, p->forward) + place, *inverse = POINTER(double, p->inverse) + place;
  const double *backward = POINTER(double, p->backward) + place;
  const double *from_zero = POINTER(double, p->from_zero) + place, *to_zero = POINTER(double, p->to_zero) + place;
  V zero[WIDE], carried[WIDE];
  UNROLL for (int w = 0; w < WIDE; w++) {
    const int64_t k = ACROSS + w * LANES;
    carried[w] = load(x + k);
    zero[w] = load(x + w * LANES) + load(to_zero + k) * carried[w];
  }
  for (int64_t i = 2; i < cells; i++)
    UNROLL for (int w = 0; w < WIDE; w++) {
      const int64_t k = i * ACROSS + w * LANES;
      carried[w] = load(x + k) + load(forward + k) * carried[w];
      zero[w] += load(to_zero + k) * carried[w];
      store(x + k, carried[w]);
    }
  UNROLL for (int w = 0; w < WIDE; w++) {
    zero[w] *= load(inverse + w * LANES);
    store(x + w * LANES, zero[w]);
  }
  for (int64_t i = cells - 1; i > 0; i--)
    UNROLL for (int w = 0; w < WIDE; w++) {
      const int64_t k = i * ACROSS + w * LANES;
      V own = load(inverse + k) * (load(x + k) + load(from_zero + k) * zero[w]);
      if (i < cells - 1) own += load(backward + k) * carried[w];
      carried[w] = own;
      store(x + k, own);
    }
}

/** Ends a solve whose elimination, or on cyclic lines whose b, is in x: x, to the grid too. */
INLINE void finish(const struct lines *p, struct panel at, int64_t place, double *x) {
  struct panels to = p->panels;
  to.values = p->to;
  if (p->cyclic != 0) solve_cycles(p, place, x);
  else {
    const double *inverse = POINTER(double, p->inverse) + place, *backward = POINTER(double, p->backward) + place;
    if (is_direct(&to, at)) {
      substitute(to.cells, inverse, backward, x, (Rows){POINTER(double, p->to) + at.base, to.stride});
      return;
    }
    substitute(to.cells, inverse, backward, x, (Rows){x, ACROSS});
  }
  give_panel(&to, at, x);
}

/** Rates of a panel of cyclic lines. */
INLINE void rates_of_cycles(const int upwind, const struct lines *p, Rows phi, double *right, double *left) {
  const V scale = splat(p->scale), factor = splat(p->scale * p->temperature), inverse = splat(1 / p->temperature);
  const int cells = p->panels.cells;
  for (int64_t i = 0; i < cells; i++) {
    const int64_t next = i + 1 < cells ? i + 1 : 0;
    UNROLL for (int w = 0; w < WIDE; w++) {
      const V rise = load_anywhere(row(phi, next) + w * LANES) - load_anywhere(row(phi, i) + w * LANES);
      V over, back;
      rates_over(upwind, rise, scale, factor, inverse, &over, &back);
      store(right + i * ACROSS + w * LANES, over);
      store(left + next * ACROSS + w * LANES, back);
    }
  }
}

/** to = (I + hL)^-1 from, kept in `after`; factors are made first where they are not there. */
static void lines_solve(void *block, int first, int end, int rank) {
  const struct lines *p = block;
  double *scratch = POINTER(double, p->scratch) + rank * (int64_t)p->apart;
  const int cells = p->panels.cells;
  for (int part = first; part < end; part++) {
    const struct panel at = panel_of(&p->panels, part);
    const int64_t place = (int64_t)(p->panels.first + part) * cells * ACROSS;
    double *x = POINTER(double, p->after) + place, *forward = POINTER(double, p->forward) + place;
    double *inverse = POINTER(double, p->inverse) + place, *backward = POINTER(double, p->backward) + place;
    const Rows b = rows_of(&p->panels, at, p->from, x);
    if (p->cyclic != 0) {
      if (p->fresh != 0) {
        const Rows phi = rows_of(&p->panels, at, p->phi, scratch);
        double *right = scratch + (int64_t)cells * ACROSS, *left = right + (int64_t)cells * ACROSS;
        if (p->temperature == 0) rates_of_cycles(1, p, phi, right, left);
        else rates_of_cycles(0, p, phi, right, left);
        factor_cycles(cells, right, left, forward, inverse, backward, POINTER(double, p->from_zero) + place,
                      POINTER(double, p->to_zero) + place);
      }
      for (int64_t i = 0; i < cells; i++)
        for (int k = 0; k < ACROSS; k += LANES) store(x + i * ACROSS + k, load_anywhere(row(b, i) + k));
    } else if (p->fresh != 0) {
      const Rows phi = rows_of(&p->panels, at, p->phi, scratch);
      if (p->temperature == 0) factor_panel(1, p, cells, phi, b, forward, inverse, backward, x);
      else factor_panel(0, p, cells, phi, b, forward, inverse, backward, x);
    } else eliminate(cells, b, forward, x);
    finish(p, at, place, x);
  }
}

/** Conductances of all faces of a panel, from the density that the last solve left. */
INLINE void conduct(const int upwind, const struct lines *p, int cells, Rows phi, const double *after, double *conductance) {
  const V scale = splat(p->scale), temperature = splat(p->temperature);
  const int64_t faces = p->cyclic != 0 ? cells : cells - 1;
  for (int64_t i = 0; i < faces; i++) {
    const int64_t next = i + 1 < cells ? i + 1 : 0;
    UNROLL for (int w = 0; w < WIDE; w++) {
      const int64_t k = i * ACROSS + w * LANES, above = next * ACROSS + w * LANES;
      const V rise = load_anywhere(row(phi, next) + w * LANES) - load_anywhere(row(phi, i) + w * LANES);
      store(conductance + k,
            conductance_over(upwind, rise, scale, temperature, load(after + k), load(after + above)));
    }
  }
}

/** b and what the fluxes' derivative brings, to x, by elimination on the way where lines are not cyclic. */
INLINE void eliminate_derivative(const int cyclic, int cells, Rows b, Rows dphi, const double *conductance,
                                 const double *forward, double *x) {
  const int64_t last = cells - 1;
  V height[WIDE], flux[WIDE], closing[WIDE], carried[WIDE];
  UNROLL for (int w = 0; w < WIDE; w++) {
    const V first = load_anywhere(row(dphi, 0) + w * LANES);
    height[w] = load_anywhere(row(dphi, 1) + w * LANES);
    flux[w] = load(conductance + w * LANES) * (first - height[w]);
    carried[w] = load_anywhere(row(b, 0) + w * LANES) - flux[w];
    if (cyclic) {
      closing[w] = load(conductance + last * ACROSS + w * LANES) * (load_anywhere(row(dphi, last) + w * LANES) - first);
      carried[w] += closing[w];
    }
    store(x + w * LANES, carried[w]);
  }
  for (int64_t i = 1; i < cells; i++)
    UNROLL for (int w = 0; w < WIDE; w++) {
      const int64_t k = i * ACROSS + w * LANES;
      V source = load_anywhere(row(b, i) + w * LANES) + flux[w];
      if (i < last) {
        const V next = load_anywhere(row(dphi, i + 1) + w * LANES);
        flux[w] = load(conductance + k) * (height[w] - next);
        height[w] = next;
        source -= flux[w];
      } else if (cyclic) source -= closing[w];
      carried[w] = cyclic ? source : source + load(forward + k) * carried[w];
      store(x + k, carried[w]);
    }
}

/** to = (I + hL)^-1 (from - div of the fluxes' derivative in the direction dphi), at the last solve. */
static void lines_derivative(void *block, int first, int end, int rank) {
  const struct lines *p = block;
  const int cells = p->panels.cells;
  double *x = POINTER(double, p->scratch) + rank * (int64_t)p->apart, *copy = x + (int64_t)cells * ACROSS;
  for (int part = first; part < end; part++) {
    const struct panel at = panel_of(&p->panels, part);
    const int64_t place = (int64_t)(p->panels.first + part) * cells * ACROSS;
    double *conductance = POINTER(double, p->conductance) + place;
    const double *forward = POINTER(double, p->forward) + place;
    if (p->fresh != 0) {
      const Rows phi = rows_of(&p->panels, at, p->phi, copy);
      const double *after = POINTER(double, p->after) + place;
      if (p->temperature == 0) conduct(1, p, cells, phi, after, conductance);
      else conduct(0, p, cells, phi, after, conductance);
    }
    const Rows b = rows_of(&p->panels, at, p->from, x);
    const Rows dphi = rows_of(&p->panels, at, p->dphi, copy);
    if (p->cyclic != 0) eliminate_derivative(1, cells, b, dphi, conductance, forward, x);
    else eliminate_derivative(0, cells, b, dphi, conductance, forward, x);
    finish(p, at, place, x);
  }
}

/** What flows over a face, by the difference of Phi + tau log mu: a term of two running sums. */
INLINE void add_dissipated(const int upwind, V right, V left, V fall, V below, V above, V information, V *total, V *lost) {
  const V flux = right * below - left * above;
  const M there = less(splat(0), below) | less(splat(0), above);
  const V x = keep(there, flux * (upwind ? fall : fall + information));
  const V sum = *total + x;
  *lost += choose(at_most(magnitude(x), magnitude(*total)), *total - sum + x, x - sum + *total);
  *total = sum;
}

INLINE void dissipate(const int upwind, const struct lines *p, int cells, Rows phi, Rows mu, double *sums) {
  const V scale = splat(p->scale), factor = splat(p->scale * p->temperature);
  const V temperature = splat(p->temperature), per_temperature = splat(1 / p->temperature);
  const V tiny = (V)splat_bits(1);
  const int64_t faces = p->cyclic != 0 ? cells : cells - 1;
  V height[WIDE], mass[WIDE], known[WIDE], total[WIDE], lost[WIDE];
  UNROLL for (int w = 0; w < WIDE; w++) {
    height[w] = load_anywhere(row(phi, 0) + w * LANES);
    mass[w] = load_anywhere(row(mu, 0) + w * LANES);
    known[w] = upwind ? splat(0) : log_v(maximum(mass[w], tiny));
    total[w] = lost[w] = splat(0);
  }
  for (int64_t i = 0; i < faces; i++) {
    const int64_t next = i + 1 < cells ? i + 1 : 0;
    UNROLL for (int w = 0; w < WIDE; w++) {
      const V above = load_anywhere(row(phi, next) + w * LANES), there = load_anywhere(row(mu, next) + w * LANES);
      const V logarithm = upwind ? splat(0) : log_v(maximum(there, tiny));
      V right, left;
      rates_over(upwind, above - height[w], scale, factor, per_temperature, &right, &left);
      add_dissipated(upwind, right, left, height[w] - above, mass[w], there, temperature * (known[w] - logarithm),
                     total + w, lost + w);
      height[w] = above;
      mass[w] = there;
      known[w] = logarithm;
    }
  }
  UNROLL for (int w = 0; w < WIDE; w++) store(sums + w * LANES, total[w] + lost[w]);
}

/** sums = what each line dissipates of the density `from`: as src/pde/fokker-planck/dissipation.ts. */
static void lines_dissipation(void *block, int first, int end, int rank) {
  const struct lines *p = block;
  const int cells = p->panels.cells;
  double *scratch = POINTER(double, p->scratch) + rank * (int64_t)p->apart;
  for (int part = first; part < end; part++) {
    const struct panel at = panel_of(&p->panels, part);
    const Rows phi = rows_of(&p->panels, at, p->phi, scratch);
    const Rows mu = rows_of(&p->panels, at, p->from, scratch + (int64_t)cells * ACROSS);
    double *sums = POINTER(double, p->sums) + (int64_t)(p->panels.first + part) * ACROSS;
    if (p->temperature == 0) dissipate(1, p, cells, phi, mu, sums);
    else dissipate(0, p, cells, phi, mu, sums);
  }
}

#endif
