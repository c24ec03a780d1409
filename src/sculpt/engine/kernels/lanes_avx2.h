// AVX2 and FMA: two registers of eight lanes.
#include <immintrin.h>

#define VARIANT "avx2"
#define LANES_REGISTERS 8

typedef struct { __m256 low, high; } Lanes;

INLINE Lanes lanes_load(const float *from) { return (Lanes){_mm256_load_ps(from), _mm256_load_ps(from + 8)}; }

INLINE void lanes_store(float *to, Lanes x)
{
    _mm256_store_ps(to, x.low);
    _mm256_store_ps(to + 8, x.high);
}

INLINE void lanes_stream(float *to, Lanes x)
{
    _mm256_stream_ps(to, x.low);
    _mm256_stream_ps(to + 8, x.high);
}

INLINE void lanes_streamed(void) { _mm_sfence(); }

INLINE Lanes lanes_fill(float x)
{
    __m256 all = _mm256_set1_ps(x);
    return (Lanes){all, all};
}

INLINE Lanes lanes_add(Lanes x, Lanes y)
{
    return (Lanes){_mm256_add_ps(x.low, y.low), _mm256_add_ps(x.high, y.high)};
}

INLINE Lanes lanes_subtract(Lanes x, Lanes y)
{
    return (Lanes){_mm256_sub_ps(x.low, y.low), _mm256_sub_ps(x.high, y.high)};
}

INLINE Lanes lanes_multiply(Lanes x, Lanes y)
{
    return (Lanes){_mm256_mul_ps(x.low, y.low), _mm256_mul_ps(x.high, y.high)};
}

INLINE Lanes lanes_fma(Lanes a, Lanes b, Lanes c)
{
    return (Lanes){_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}

INLINE Lanes lanes_and(Lanes x, Lanes bits)
{
    return (Lanes){_mm256_and_ps(x.low, bits.low), _mm256_and_ps(x.high, bits.high)};
}

INLINE Lanes lanes_above(Lanes x, Lanes t, float floor)
{
    __m256 at = _mm256_set1_ps(floor);
    return lanes_and(x, (Lanes){_mm256_cmp_ps(t.low, at, _CMP_NLE_UQ), _mm256_cmp_ps(t.high, at, _CMP_NLE_UQ)});
}

INLINE Lanes lanes_below(Lanes x, Lanes t, float limit)
{
    __m256 at = _mm256_set1_ps(limit);
    return lanes_and(x, (Lanes){_mm256_cmp_ps(t.low, at, _CMP_NGE_UQ), _mm256_cmp_ps(t.high, at, _CMP_NGE_UQ)});
}

// Of a NaN and a number, the instruction takes its second operand.
INLINE Lanes lanes_limit(Lanes t, float limit)
{
    __m256 at = _mm256_set1_ps(limit);
    return (Lanes){_mm256_min_ps(at, t.low), _mm256_min_ps(at, t.high)};
}

INLINE __m256 half_larger(__m256 a, __m256 b, __m256 x, __m256 y)
{
    __m256 larger = _mm256_cmp_ps(a, b, _CMP_GT_OQ), none = _mm256_cmp_ps(a, a, _CMP_UNORD_Q);
    return _mm256_blendv_ps(y, x, _mm256_or_ps(larger, none));
}

INLINE Lanes lanes_larger(Lanes a, Lanes b, Lanes x, Lanes y)
{
    return (Lanes){half_larger(a.low, b.low, x.low, y.low), half_larger(a.high, b.high, x.high, y.high)};
}

INLINE float scalar_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
