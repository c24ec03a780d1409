// Batch norm's statistics and their gradients; point.c applies them.
#include <math.h>
#include "moments.h"
#include "operations.h"

static const double epsilon = 1e-5;

// Channels that are summed up side by side, so that one channel's additions need not wait for each other.
enum { SIDE_BY_SIDE = 4 };

INLINE void measure_some(const int channels, const Work *work, const Map *z, const Norm *norm, int64_t first)
{
    Moments moments[SIDE_BY_SIDE];
    UNROLL for (int c = 0; c < channels; c++)
        moments_begin(&moments[c], lanes_load(row_of(z, 0, first + c, 0)));
    for (int64_t b = 0; b < work->blocks; b++) {
        const Lanes with_image = lanes_first(images_in(work, b));
        for (int64_t y = 0; y < z->height; y++) {
            const float *from = row_of(z, b, first, y);
            for (int64_t x = 0; x < z->width; x++)
                UNROLL for (int c = 0; c < channels; c++)
                    moments_add(&moments[c], lanes_load(from + c * z->channel + 16 * x), with_image);
        }
    }
    for (int c = 0; c < channels; c++) moments_finish(work, &moments[c], norm, first + c);
}

void measure_channels(const Work *work, const Measure *operation, int64_t first, int64_t end)
{
    Map z = flattened(map_of(work, operation->z));
    int64_t c = first;
    for (; c + SIDE_BY_SIDE <= end; c += SIDE_BY_SIDE) measure_some(SIDE_BY_SIDE, work, &z, operation->norm, c);
    for (; c < end; c++) measure_some(1, work, &z, operation->norm, c);
}

void measure(const Work *work, const Measure *operation)
{
    measure_channels(work, operation, 0, operation->norm->channels);
}

void normalise(const Work *work, const Normalise *operation)
{
    const Norm *norm = operation->norm;
    double momentum = work->batches->momenta[work->batch];
    for (int64_t c = 0; c < norm->channels; c++) {
        double count = 0, mean = 0, squares = 0; // of the chunks so far (Chan, Golub & LeVeque 1983)
        for (int64_t chunk = 0; chunk < work->chunks; chunk++) {
            const double *sums = norm->sums + 3 * (chunk * norm->channels + c);
            double both = count + sums[0], apart = sums[1] - mean;
            squares += sums[2] + apart * apart * (count * sums[0] / both);
            mean += apart * (sums[0] / both);
            count = both;
        }
        double inverse = 1 / sqrt(squares / count + epsilon), scale = norm->weight[c] * inverse;
        norm->mean[c] = (float)mean;
        norm->inverse[c] = (float)inverse;
        norm->scale[c] = (float)scale;
        norm->shift[c] = (float)(norm->bias[c] - mean * scale);
        norm->running_mean[c] = (float)((1 - momentum) * norm->running_mean[c] + momentum * mean);
        double unbiased = squares / (count - 1);
        norm->running_variance[c] = (float)((1 - momentum) * norm->running_variance[c] + momentum * unbiased);
    }
}

void recall(const Work *work, const Recall *operation)
{
    (void)work;
    const Norm *norm = operation->norm;
    for (int64_t c = 0; c < norm->channels; c++) {
        double scale = norm->weight[c] / sqrt(norm->running_variance[c] + epsilon);
        norm->scale[c] = (float)scale;
        norm->shift[c] = (float)(norm->bias[c] - norm->running_mean[c] * scale);
    }
}

void differentiate(const Work *work, const Differentiate *operation)
{
    const Norm *norm = operation->norm;
    double count = (double)work->count * norm->positions;
    for (int64_t c = 0; c < norm->channels; c++) {
        double sum = 0, product = 0; // of g, and of g * (z - mean)
        for (int64_t chunk = 0; chunk < work->chunks; chunk++) {
            const double *sums = norm->gradient_sums + 2 * (chunk * norm->channels + c);
            sum += sums[0];
            product += sums[1];
        }
        double inverse = norm->inverse[c], of_weight = product * inverse;
        double of_gradient = norm->weight[c] * inverse, of_value = -of_gradient * of_weight * inverse / count;
        norm->weight_gradient[c] = (float)of_weight;
        norm->bias_gradient[c] = (float)sum;
        norm->of_gradient[c] = (float)of_gradient;
        norm->of_value[c] = (float)of_value;
        norm->constant[c] = (float)(-of_gradient * sum / count - of_value * norm->mean[c]);
    }
}
