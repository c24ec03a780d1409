// The functions of the operations; each is described in program.h.
#ifndef SCULPT_OPERATIONS_H
#define SCULPT_OPERATIONS_H
#include "work.h"

void pack(const Work *work, const Pack *operation);
void convolve(const Work *work, const Convolve *operation);
// Both, with each value measured while it is at hand where the order of the sums allows it.
void convolve_and_measure(const Work *work, const Convolve *operation, const Measure *measured);
void correlate(const Work *work, const Correlate *operation);
void collect(const Work *work, const Collect *operation);
void measure(const Work *work, const Measure *operation);
void measure_channels(const Work *work, const Measure *operation, int64_t first, int64_t end);
void normalise(const Work *work, const Normalise *operation);
void recall(const Work *work, const Recall *operation);
void activate(const Work *work, const Activate *operation);
void deactivate(const Work *work, const Deactivate *operation);
void differentiate(const Work *work, const Differentiate *operation);
void denormalise(const Work *work, const Denormalise *operation);
void add(const Work *work, const Add *operation);
void max_pool(const Work *work, const MaxPool *operation);
void max_pool_gradient(const Work *work, const MaxPoolGradient *operation);
void mean(const Work *work, const Mean *operation);
void mean_gradient(const Work *work, const MeanGradient *operation);
void cross_entropy(const Work *work, const CrossEntropy *operation);
void conclude(const Work *work, const Conclude *operation);
void descend(const Work *work, const Descend *operation);
void gather(const Work *work, const Gather *operation);
#endif
