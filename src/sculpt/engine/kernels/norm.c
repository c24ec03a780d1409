// Batch norm's statistics and their gradients; point.c applies them.
#include <math.h>
#include "operations.h"

static const double epsilon = 1e-5;

// Channels that are summed up side by side, so that one channel's additions need not wait for each other.
enum { SIDE_BY_SIDE = 4 };

typedef struct { Lanes sum, squares; } Moments;

INLINE void measure_channels(const int channels, const Work *work, const Map *z, int64_t first, double images,
                             double *sums)
{
    Lanes shift[SIDE_BY_SIDE];
    float about[SIDE_BY_SIDE];
    Moments moments[SIDE_BY_SIDE];
    int64_t row = z->width < 32 ? z->width : 32;
    // The mean of the first values: near enough to the mean for the squares of the differences to lose nothing.
    UNROLL for (int c = 0; c < channels; c++) {
        Lanes sum = lanes_zero();
        for (int64_t x = 0; x < row; x++) sum = lanes_add(sum, lanes_load(row_of(z, 0, first + c, 0) + 16 * x));
        about[c] = (float)(lanes_sum_double(sum) / (double)(images_in(work, 0) * row));
        shift[c] = lanes_fill(about[c]);
        moments[c] = (Moments){lanes_zero(), lanes_zero()};
    }
    for (int64_t b = 0; b < work->blocks; b++) {
        const Lanes with_image = lanes_first(images_in(work, b));
        for (int64_t y = 0; y < z->height; y++) {
            const float *from = row_of(z, b, first, y);
            for (int64_t x = 0; x < z->width; x++)
                UNROLL for (int c = 0; c < channels; c++) {
                    Lanes difference = lanes_subtract(lanes_load(from + c * z->channel + 16 * x), shift[c]);
                    difference = lanes_and(difference, with_image);
                    moments[c].sum = lanes_add(moments[c].sum, difference);
                    moments[c].squares = lanes_fma(difference, difference, moments[c].squares);
                }
        }
    }
    double count = images * (double)z->height * (double)z->width;
    for (int c = 0; c < channels; c++) {
        double sum = lanes_sum_double(moments[c].sum), squares = lanes_sum_double(moments[c].squares);
        double beside = sum / count;
        sums[3 * c] = count;
        sums[3 * c + 1] = (double)about[c] + beside;
        sums[3 * c + 2] = squares - sum * beside;
    }
}

void measure(const Work *work, const Measure *operation)
{
    Map z = flattened(map_of(work, operation->z));
    double images = (double)images_in_chunk(work);
    double *sums = operation->norm->sums + 3 * work->chunk * z.channels;
    int64_t c = 0;
    for (; c + SIDE_BY_SIDE <= z.channels; c += SIDE_BY_SIDE)
        measure_channels(SIDE_BY_SIDE, work, &z, c, images, sums + 3 * c);
    for (; c < z.channels; c++) measure_channels(1, work, &z, c, images, sums + 3 * c);
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
