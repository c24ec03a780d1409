// The floating-point mode that all sums are made in: round to nearest, no exceptions, subnormal numbers kept. Another
// library in the process may have switched those off for its thread, so each phase sets the mode and puts it back.
#ifndef SCULPT_MODE_H
#define SCULPT_MODE_H
#include <stdint.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
typedef unsigned Mode;
static inline Mode mode_set(Mode mode)
{
    Mode before = _mm_getcsr();
    _mm_setcsr(mode);
    return before;
}
static inline Mode mode_own(void) { return mode_set(0x1f80); }
#elif defined(__aarch64__)
typedef uint64_t Mode;
static inline Mode mode_set(Mode mode)
{
    Mode before;
    __asm__ volatile("mrs %0, fpcr\n\tmsr fpcr, %1" : "=&r"(before) : "r"(mode) : "memory");
    return before;
}
static inline Mode mode_own(void) { return mode_set(0); }
#else
#include <fenv.h>
typedef fenv_t Mode;
static inline Mode mode_set(Mode mode)
{
    Mode before;
    fegetenv(&before);
    fesetenv(&mode);
    return before;
}
static inline Mode mode_own(void)
{
    Mode before;
    fegetenv(&before);
    fesetenv(FE_DFL_ENV);
    return before;
}
#endif
#endif
