// Sums for a batch norm's statistics, lane by lane, in the order (block, y, x) whoever adds them up.
#ifndef SCULPT_MOMENTS_H
#define SCULPT_MOMENTS_H
#include "work.h"

typedef struct {
    Lanes shift, sum, squares; // of the differences from shift
} Moments;

// Differences are taken from the running mean: near enough to the mean for their squares to lose nothing.
INLINE Moments moments_begin(const Norm *norm, int64_t channel)
{
    return (Moments){lanes_fill(norm->running_mean[channel]), lanes_zero(), lanes_zero()};
}

INLINE void moments_add(Moments *moments, Lanes value, Lanes with_image)
{
    Lanes difference = lanes_and(lanes_subtract(value, moments->shift), with_image);
    moments->sum = lanes_add(moments->sum, difference);
    moments->squares = lanes_fma(difference, difference, moments->squares);
}

// The chunk's count, mean and sum of squared differences from it.
static inline void moments_finish(const Work *work, const Moments *moments, const Norm *norm, int64_t channel)
{
    double *sums = norm->sums + 3 * (work->chunk * norm->channels + channel);
    double count = (double)images_in_chunk(work) * (double)norm->positions;
    double sum = lanes_sum_double(moments->sum), squares = lanes_sum_double(moments->squares), beside = sum / count;
    sums[0] = count;
    sums[1] = (double)norm->running_mean[channel] + beside;
    sums[2] = squares - sum * beside;
}
#endif
