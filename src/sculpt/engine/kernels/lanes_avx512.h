// AVX-512 F: one register is all lanes.
#include <immintrin.h>

#define VARIANT "avx512"
#define LANES_REGISTERS 32

typedef __m512 Lanes;

INLINE Lanes lanes_load(const float *from) { return _mm512_load_ps(from); }
INLINE void lanes_store(float *to, Lanes x) { _mm512_store_ps(to, x); }
INLINE void lanes_stream(float *to, Lanes x) { _mm512_stream_ps(to, x); }
INLINE void lanes_streamed(void) { _mm_sfence(); }
INLINE Lanes lanes_fill(float x) { return _mm512_set1_ps(x); }
INLINE Lanes lanes_add(Lanes x, Lanes y) { return _mm512_add_ps(x, y); }
INLINE Lanes lanes_subtract(Lanes x, Lanes y) { return _mm512_sub_ps(x, y); }
INLINE Lanes lanes_multiply(Lanes x, Lanes y) { return _mm512_mul_ps(x, y); }
INLINE Lanes lanes_fma(Lanes a, Lanes b, Lanes c) { return _mm512_fmadd_ps(a, b, c); }

INLINE Lanes lanes_above(Lanes x, Lanes t, float floor)
{
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(t, _mm512_set1_ps(floor), _CMP_NLE_UQ), x);
}

INLINE Lanes lanes_below(Lanes x, Lanes t, float limit)
{
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(t, _mm512_set1_ps(limit), _CMP_NGE_UQ), x);
}

// Of a NaN and a number, the instruction takes its second operand.
INLINE Lanes lanes_limit(Lanes t, float limit) { return _mm512_min_ps(_mm512_set1_ps(limit), t); }

INLINE Lanes lanes_larger(Lanes a, Lanes b, Lanes x, Lanes y)
{
    __mmask16 larger = _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ), none = _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q);
    return _mm512_mask_blend_ps((__mmask16)(larger | none), y, x);
}

INLINE Lanes lanes_and(Lanes x, Lanes bits)
{
    return _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(x), _mm512_castps_si512(bits)));
}

INLINE float scalar_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
