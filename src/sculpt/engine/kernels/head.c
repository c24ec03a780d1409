// From logits to losses, predictions, and the gradient that starts the backward pass; in double, image by image.
#include "elementary.h"
#include "operations.h"

static int64_t drawn(const Batches *batches, int64_t batch, int64_t part, int64_t place)
{
    return batches->draws[batch * batches->batch_stride + part * batches->part_stride + place * batches->place_stride];
}

static int64_t label_of(const Work *work, int64_t place)
{
    return work->images->labels[drawn(work->batches, work->batch, 0, place) * work->images->label_stride];
}

typedef struct {
    double loss;
    int32_t prediction;
    double total; // of the exponentials
} Judgement;

// exponentials: of each logit's difference from the largest. The first of equal logits is the prediction; NaN is larger.
static Judgement judge(const float *logits, const float *bias, int64_t classes, int64_t label, double smoothing,
                       double *exponentials)
{
    float largest = logits[0] + bias[0];
    int32_t prediction = 0;
    for (int64_t c = 1; c < classes; c++) {
        float logit = logits[16 * c] + bias[c];
        if (logit > largest || (logit != logit && largest == largest)) {
            largest = logit;
            prediction = (int32_t)c;
        }
    }
    double total = 0, sum = 0, of_label = 0;
    for (int64_t c = 0; c < classes; c++) {
        double below = (double)(logits[16 * c] + bias[c]) - (double)largest;
        exponentials[c] = exponential(below);
        total += exponentials[c];
        sum += below;
        if (c == label) of_label = below;
    }
    double log_total = logarithm(total), each = smoothing / (double)classes;
    double loss = (1 - smoothing) * (log_total - of_label) + each * ((double)classes * log_total - sum);
    return (Judgement){loss, prediction, total};
}

void cross_entropy(const Work *work, const CrossEntropy *operation)
{
    Map logits = map_of(work, operation->logits);
    int64_t classes = logits.channels;
    double *exponentials = operation->scratch + work->thread * classes;
    double *bias_sums = operation->bias_partial + work->chunk * classes;
    double images = (double)work->count, each = operation->smoothing / (double)classes;
    Map gradient = operation->gradient ? map_of(work, operation->gradient) : logits;
    for (int64_t c = 0; c < classes && operation->gradient; c++) bias_sums[c] = 0;
    for (int64_t b = 0; b < work->blocks; b++)
        for (int64_t i = 0; i < 16; i++) {
            float *to = row_of(&gradient, b, 0, 0) + i;
            if (i >= images_in(work, b)) {
                for (int64_t c = 0; c < classes && operation->gradient; c++) to[c * gradient.channel] = 0;
                continue;
            }
            int64_t place = first_image(work, b) + i, label = label_of(work, place);
            Judgement judged = judge(row_of(&logits, b, 0, 0) + i, operation->bias, classes, label,
                                     operation->smoothing, exponentials);
            int64_t image = work->batch * work->batches->batch_size + place;
            work->batches->losses[image] = judged.loss;
            work->batches->predictions[image] = judged.prediction;
            for (int64_t c = 0; c < classes && operation->gradient; c++) {
                double target = each + (c == label ? 1 - operation->smoothing : 0);
                float change = (float)((exponentials[c] / judged.total - target) / images);
                to[c * gradient.channel] = change;
                bias_sums[c] += change;
            }
        }
}

void conclude(const Work *work, const Conclude *operation)
{
    const Batches *batches = work->batches;
    const int64_t first = work->batch * batches->batch_size;
    double loss = 0, hits = 0;
    for (int64_t i = 0; i < work->count; i++) {
        loss += batches->losses[first + i];
        hits += batches->predictions[first + i] == label_of(work, i);
    }
    batches->batch_losses[work->batch] = loss / (double)work->count;
    batches->batch_hits[work->batch] = hits;
    for (int64_t c = 0; c < operation->classes && operation->bias_gradient; c++) {
        double sum = 0;
        for (int64_t chunk = 0; chunk < work->chunks; chunk++)
            sum += operation->bias_partial[chunk * operation->classes + c];
        operation->bias_gradient[c] = (float)sum;
    }
}
