// exp and log in double by + * / and fused multiply-adds alone, so that every processor and compiler gives the same
// bits. The argument is reduced to around zero; there a polynomial is accurate to about 1e-16.
#ifndef SCULPT_ELEMENTARY_H
#define SCULPT_ELEMENTARY_H
#include <math.h>
#include <stdint.h>
#include <string.h>

// The exponential of x <= 0; 0 below -700, where a double would soon lose digits.
static inline double exponential(double x)
{
    if (!(x > -700)) return x != x ? x : 0;
    const double to_integer = 6755399441055744.0; // 1.5 * 2^52: the sum has no room for fractions
    double power = __builtin_fma(x, 1.4426950408889634, to_integer) - to_integer;
    // log(2) in two parts, of which the first times a power is exact
    double rest = __builtin_fma(power, -0.693147180369123816490, x);
    rest = __builtin_fma(power, -1.90821492927058770002e-10, rest);
    static const double taylor[] = {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880,
                                    1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1};
    double sum = taylor[0];
    for (int i = 1; i < 14; i++) sum = __builtin_fma(sum, rest, taylor[i]);
    int64_t bits = (int64_t)(1023 + (int64_t)power) << 52;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    return sum * scale;
}

// The logarithm of x >= 1, by that of its mantissa between sqrt(1/2) and sqrt(2): 2 artanh((m - 1) / (m + 1)).
static inline double logarithm(double x)
{
    if (!(x >= 1 && x < INFINITY)) return x;
    const int64_t half_root = 0x3fe6a09e667f3bcd; // the bits of sqrt(1/2)
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int64_t power = (bits - half_root) >> 52;
    bits -= power * ((int64_t)1 << 52);
    double mantissa;
    memcpy(&mantissa, &bits, sizeof mantissa);
    double ratio = (mantissa - 1) / (mantissa + 1), square = ratio * ratio, sum = 1.0 / 25;
    for (int i = 23; i >= 1; i -= 2) sum = __builtin_fma(sum, square, 1.0 / i);
    return __builtin_fma((double)power, 0.693147180559945309417, 2 * ratio * sum);
}
#endif
