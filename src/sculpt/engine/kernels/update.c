// The optimizer's step, and the values of lists from the weights.
#include "operations.h"

void descend(const Work *work, const Descend *operation)
{
    const float rate = work->batches->rates[work->batch], momentum = operation->momentum, decay = operation->decay;
    float *restrict weights = operation->weights, *restrict velocity = operation->velocity;
    const float *restrict gradient = operation->gradient;
    for (int64_t i = 0; i < operation->count; i++) {
        float change = scalar_fma(decay, weights[i], gradient[i]); // torch's order: decay first, then momentum
        velocity[i] = scalar_fma(momentum, velocity[i], change);
        weights[i] = scalar_fma(-rate, velocity[i], weights[i]);
    }
}

void gather(const Work *work, const Gather *operation)
{
    (void)work;
    const Lists *lists = operation->lists;
    for (int64_t i = 0; i < lists->values_count; i++)
        lists->values[i] = lists->weights[i] < 0 ? 0 : operation->weights[lists->weights[i]];
}
