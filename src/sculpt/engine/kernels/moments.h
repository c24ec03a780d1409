// Sums for a batch norm's statistics, lane by lane, in the order (block, y, x) whoever adds them up.
#ifndef SCULPT_MOMENTS_H
#define SCULPT_MOMENTS_H
#include "work.h"

typedef struct {
    Lanes base, sum, squares; // of the differences from base
    float first;              // what base is filled with
    int32_t begun;
} Moments;

// Differences are taken from the first image's first value: a channel that is constant has no variance at all, and any
// other has one that is not small against the distance of one of its values from its mean.
INLINE void moments_begin(Moments *moments, Lanes values)
{
    _Alignas(64) float lanes[16];
    lanes_store(lanes, values);
    *moments = (Moments){lanes_fill(lanes[0]), lanes_zero(), lanes_zero(), lanes[0], 1};
}

INLINE void moments_add(Moments *moments, Lanes value, Lanes with_image)
{
    Lanes difference = lanes_and(lanes_subtract(value, moments->base), with_image);
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
    sums[1] = (double)moments->first + beside;
    sums[2] = squares - sum * beside;
}
#endif
