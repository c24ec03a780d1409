// Plain C: an array, which the compiler may turn into whatever vectors there are.

#define VARIANT "generic"
#define LANES_REGISTERS 4

typedef struct { float lane[16]; } Lanes;

#define EACH_LANE(expression)                                         \
    Lanes result;                                                     \
    for (int i = 0; i < 16; i++) result.lane[i] = (expression);       \
    return result;

#ifdef __FP_FAST_FMAF
INLINE float scalar_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
INLINE Lanes lanes_fma(Lanes a, Lanes b, Lanes c) { EACH_LANE(scalar_fma(a.lane[i], b.lane[i], c.lane[i])) }
#else
typedef float TwoFloats __attribute__((vector_size(8)));
typedef double TwoDoubles __attribute__((vector_size(16)));
typedef int64_t TwoIntegers __attribute__((vector_size(16))); // also of comparisons: -1 where they hold, else 0

// Without the instruction: the product is exact in double; the sum is rounded to odd there, then to float, which is
// the same as rounding once (Boldo & Melquiond 2008). Two at a time, since that is what plain x86-64 has.
INLINE TwoFloats two_fma(TwoFloats a, TwoFloats b, TwoFloats c)
{
    TwoDoubles product = __builtin_convertvector(a, TwoDoubles) * __builtin_convertvector(b, TwoDoubles);
    TwoDoubles more = __builtin_convertvector(c, TwoDoubles), sum = product + more, back = sum - product;
    TwoDoubles error = (product - (sum - back)) + (more - back);
    TwoIntegers bits, inexact = (error > 0) | (error < 0), towards_zero = (error > 0) ^ (sum > 0);
    memcpy(&bits, &sum, sizeof bits);
    TwoIntegers even = (bits & 1) - 1;
    bits += (1 + 2 * towards_zero) & inexact & even;
    memcpy(&sum, &bits, sizeof bits);
    return __builtin_convertvector(sum, TwoFloats);
}

INLINE Lanes lanes_fma(Lanes a, Lanes b, Lanes c)
{
    Lanes result;
    for (int i = 0; i < 16; i += 2) {
        TwoFloats of_a, of_b, of_c;
        memcpy(&of_a, a.lane + i, sizeof of_a);
        memcpy(&of_b, b.lane + i, sizeof of_b);
        memcpy(&of_c, c.lane + i, sizeof of_c);
        TwoFloats two = two_fma(of_a, of_b, of_c);
        memcpy(result.lane + i, &two, sizeof two);
    }
    return result;
}

INLINE float scalar_fma(float a, float b, float c)
{
    return two_fma((TwoFloats){a, a}, (TwoFloats){b, b}, (TwoFloats){c, c})[0];
}
#endif

INLINE Lanes lanes_load(const float *from)
{
    Lanes x;
    memcpy(&x, from, sizeof x);
    return x;
}

INLINE void lanes_store(float *to, Lanes x) { memcpy(to, &x, sizeof x); }
INLINE void lanes_stream(float *to, Lanes x) { lanes_store(to, x); }
INLINE void lanes_streamed(void) {}
INLINE Lanes lanes_fill(float x) { EACH_LANE(x) }
INLINE Lanes lanes_add(Lanes x, Lanes y) { EACH_LANE(x.lane[i] + y.lane[i]) }
INLINE Lanes lanes_subtract(Lanes x, Lanes y) { EACH_LANE(x.lane[i] - y.lane[i]) }
INLINE Lanes lanes_multiply(Lanes x, Lanes y) { EACH_LANE(x.lane[i] * y.lane[i]) }
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
