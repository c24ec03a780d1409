// A vector of 16 floats, one per image, and the few functions that each instruction set gives it.
// Each lanes_<set>.h defines the type Lanes, VARIANT, LANES_REGISTERS (how many Lanes the registers hold) and:
//   lanes_load, lanes_store    (addresses are multiples of 64)
//   lanes_stream               a store past the caches, and
//   lanes_streamed             what makes such stores visible to other threads
//   lanes_fill                 the same number in all lanes
//   lanes_add, lanes_subtract, lanes_multiply
//   lanes_fma(a, b, c)         a * b + c, rounded once
//   lanes_above(x, t, floor)   x where not t <= floor, else 0
//   lanes_below(x, t, limit)   x where not t >= limit, else 0
//   lanes_limit(t, limit)      limit where t >= limit, else t
//   lanes_larger(a, b, x, y)   x where a > b or a is NaN, else y
//   lanes_and(x, bits)         bitwise
//   scalar_fma(a, b, c)        of floats
#ifndef SCULPT_LANES_H
#define SCULPT_LANES_H
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

#if defined(__AVX512F__)
#include "lanes_avx512.h"
#elif defined(__AVX2__) && defined(__FMA__)
#include "lanes_avx2.h"
#elif defined(__ARM_NEON) && !defined(SCULPT_GENERIC)
#include "lanes_neon.h"
#else
#include "lanes_generic.h"
#endif

// Have memory at hand that is soon to be read, or written.
#define FETCH(PLACE) __builtin_prefetch(PLACE, 0, 2)
#define FETCH_TO_WRITE(PLACE) __builtin_prefetch(PLACE, 1, 2)

INLINE Lanes lanes_zero(void) { return lanes_fill(0); }

// All bits in the first `count` lanes, none in the others.
INLINE Lanes lanes_first(int64_t count)
{
    uint32_t bits[16];
    float lanes[16] __attribute__((aligned(64)));
    for (int i = 0; i < 16; i++) bits[i] = i < count ? 0xffffffffu : 0;
    memcpy(lanes, bits, sizeof lanes);
    return lanes_load(lanes);
}

// The sum of the lanes: 16, 8, 4, 2, 1.
INLINE float lanes_sum(Lanes x)
{
    float lanes[16] __attribute__((aligned(64)));
    lanes_store(lanes, x);
    UNROLL for (int i = 0; i < 8; i++) lanes[i] += lanes[i + 8];
    UNROLL for (int i = 0; i < 4; i++) lanes[i] += lanes[i + 4];
    return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

INLINE double lanes_sum_double(Lanes x)
{
    float lanes[16] __attribute__((aligned(64)));
    double sums[8];
    lanes_store(lanes, x);
    UNROLL for (int i = 0; i < 8; i++) sums[i] = (double)lanes[i] + (double)lanes[i + 8];
    UNROLL for (int i = 0; i < 4; i++) sums[i] += sums[i + 4];
    return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

// The function between a batch norm and the next layer: 0 none, 1 ReLU, 6 ReLU6. NaN stays NaN.
INLINE Lanes lanes_activate(Lanes t, const int activation)
{
    if (activation == 0) return t;
    Lanes y = lanes_above(t, t, 0);
    return activation == 6 ? lanes_limit(y, 6) : y;
}

// Its gradient: g where t (before or behind the activation) lets it through.
INLINE Lanes lanes_deactivate(Lanes g, Lanes t, const int activation)
{
    if (activation == 0) return g;
    Lanes kept = lanes_above(g, t, 0);
    return activation == 6 ? lanes_below(kept, t, 6) : kept;
}
#endif
