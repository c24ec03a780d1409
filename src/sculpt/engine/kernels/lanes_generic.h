// Plain C: an array, which the compiler may turn into whatever vectors there are.

#define VARIANT "generic"
#define LANES_REGISTERS 4

typedef struct { float lane[16]; } Lanes;

#ifdef __FP_FAST_FMAF
INLINE float scalar_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#else
// Without the instruction: the product is exact in double; the sum is rounded to odd there, then to float, which is
// the same as rounding once (Boldo & Melquiond 2008). Far faster than the C library's fmaf.
INLINE float scalar_fma(float a, float b, float c)
{
    double product = (double)a * (double)b, sum = product + (double)c, back = sum - product;
    double error = (product - (sum - back)) + ((double)c - back);
    int64_t bits;
    memcpy(&bits, &sum, sizeof bits);
    int64_t inexact_and_even = ((error > 0) | (error < 0)) & ~bits & 1;
    int64_t away_from_zero = (error > 0) == (sum > 0) ? 1 : -1;
    bits += inexact_and_even ? away_from_zero : 0;
    memcpy(&sum, &bits, sizeof bits);
    return (float)sum;
}
#endif

#define EACH_LANE(expression)                                         \
    Lanes result;                                                     \
    for (int i = 0; i < 16; i++) result.lane[i] = (expression);       \
    return result;

INLINE Lanes lanes_load(const float *from)
{
    Lanes x;
    memcpy(&x, from, sizeof x);
    return x;
}

INLINE void lanes_store(float *to, Lanes x) { memcpy(to, &x, sizeof x); }
INLINE Lanes lanes_fill(float x) { EACH_LANE(x) }
INLINE Lanes lanes_add(Lanes x, Lanes y) { EACH_LANE(x.lane[i] + y.lane[i]) }
INLINE Lanes lanes_subtract(Lanes x, Lanes y) { EACH_LANE(x.lane[i] - y.lane[i]) }
INLINE Lanes lanes_multiply(Lanes x, Lanes y) { EACH_LANE(x.lane[i] * y.lane[i]) }
INLINE Lanes lanes_fma(Lanes a, Lanes b, Lanes c) { EACH_LANE(scalar_fma(a.lane[i], b.lane[i], c.lane[i])) }
INLINE Lanes lanes_above(Lanes x, Lanes t, float floor) { EACH_LANE(t.lane[i] <= floor ? 0.0f : x.lane[i]) }
INLINE Lanes lanes_below(Lanes x, Lanes t, float limit) { EACH_LANE(t.lane[i] >= limit ? 0.0f : x.lane[i]) }
INLINE Lanes lanes_limit(Lanes t, float limit) { EACH_LANE(t.lane[i] >= limit ? limit : t.lane[i]) }

INLINE Lanes lanes_larger(Lanes a, Lanes b, Lanes x, Lanes y)
{
    EACH_LANE(a.lane[i] > b.lane[i] || a.lane[i] != a.lane[i] ? x.lane[i] : y.lane[i])
}

INLINE Lanes lanes_and(Lanes x, Lanes bits)
{
    uint32_t of_x[16], of_bits[16];
    Lanes result;
    memcpy(of_x, &x, sizeof x);
    memcpy(of_bits, &bits, sizeof bits);
    for (int i = 0; i < 16; i++) of_x[i] &= of_bits[i];
    memcpy(&result, of_x, sizeof result);
    return result;
}
