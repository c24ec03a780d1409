// aarch64: four registers of four lanes.
#include <arm_neon.h>

#define VARIANT "neon"
#define LANES_REGISTERS 8

typedef struct { float32x4_t quarter[4]; } Lanes;

#define EACH_QUARTER(expression)                                             \
    Lanes result;                                                            \
    UNROLL for (int i = 0; i < 4; i++) result.quarter[i] = (expression);     \
    return result;

INLINE Lanes lanes_load(const float *from) { EACH_QUARTER(vld1q_f32(from + 4 * i)) }

INLINE void lanes_store(float *to, Lanes x)
{
    UNROLL for (int i = 0; i < 4; i++) vst1q_f32(to + 4 * i, x.quarter[i]);
}

INLINE void lanes_stream(float *to, Lanes x) { lanes_store(to, x); }
INLINE void lanes_streamed(void) {}
INLINE Lanes lanes_fill(float x) { EACH_QUARTER(vdupq_n_f32(x)) }
INLINE Lanes lanes_add(Lanes x, Lanes y) { EACH_QUARTER(vaddq_f32(x.quarter[i], y.quarter[i])) }
INLINE Lanes lanes_subtract(Lanes x, Lanes y) { EACH_QUARTER(vsubq_f32(x.quarter[i], y.quarter[i])) }
INLINE Lanes lanes_multiply(Lanes x, Lanes y) { EACH_QUARTER(vmulq_f32(x.quarter[i], y.quarter[i])) }
INLINE Lanes lanes_fma(Lanes a, Lanes b, Lanes c) { EACH_QUARTER(vfmaq_f32(c.quarter[i], a.quarter[i], b.quarter[i])) }

INLINE float32x4_t quarter_bits(float32x4_t x, uint32x4_t bits)
{
    return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(x), bits));
}

INLINE Lanes lanes_and(Lanes x, Lanes bits)
{
    EACH_QUARTER(quarter_bits(x.quarter[i], vreinterpretq_u32_f32(bits.quarter[i])))
}

INLINE Lanes lanes_above(Lanes x, Lanes t, float floor)
{
    EACH_QUARTER(quarter_bits(x.quarter[i], vmvnq_u32(vcleq_f32(t.quarter[i], vdupq_n_f32(floor)))))
}

INLINE Lanes lanes_below(Lanes x, Lanes t, float limit)
{
    EACH_QUARTER(quarter_bits(x.quarter[i], vmvnq_u32(vcgeq_f32(t.quarter[i], vdupq_n_f32(limit)))))
}

INLINE Lanes lanes_limit(Lanes t, float limit) { EACH_QUARTER(vminq_f32(t.quarter[i], vdupq_n_f32(limit))) }

INLINE Lanes lanes_larger(Lanes a, Lanes b, Lanes x, Lanes y)
{
    EACH_QUARTER(vbslq_f32(
        vorrq_u32(vcgtq_f32(a.quarter[i], b.quarter[i]), vmvnq_u32(vceqq_f32(a.quarter[i], a.quarter[i]))),
        x.quarter[i], y.quarter[i]))
}

INLINE float scalar_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
