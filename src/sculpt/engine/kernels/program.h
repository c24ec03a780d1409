// What a program is made of. Read by the C compiler and, as it stands, by Python (library.py): only declarations.
//
// Images are the lanes of vectors: a block is 16 images, whose values of one position lie side by side. A chunk is the
// unit of work, of one block or of four. A sum over images, positions or chunks has one fixed order, whatever the
// processor, the number of threads and the lists of other layers.
#ifndef SCULPT_PROGRAM_H
#define SCULPT_PROGRAM_H
#include <stdint.h>

// Activations: [chunk or thread][block][channel][halo + height][halo + width][16 images], zeros in the halo. A row's
// right halo is the left one of the next row, a plane's lower halo the upper one of the next plane.
typedef struct {
    float *data;     // aligned to 64 bytes; zeros where nothing is ever written
    int64_t block;   // floats per block
    int32_t channels, height, width, halo;
    int32_t scratch; // 1: one chunk per thread, gone after its phase; 0: one per chunk of the batch
} Buffer;

// Rows of a sparse matrix, in groups of 1 or 4 output channels with the same offsets. values: per group, [entry][row].
typedef struct {
    int32_t channel; // the first output channel
    int32_t rows;    // 1 or 4
    int32_t entries; // of each row
    int32_t offset;  // where the group's offsets begin
    int32_t value;   // where its values begin
} Group;

typedef struct {
    const Group *groups;
    const int32_t *offsets; // of the input, in positions, from the place of the output
    const int32_t *weights; // of each value: its place among the kept weights, -1 for a zero that fills a group
    float *values;
    int32_t groups_count, values_count;
} Lists;

// A batch norm of `channels`, with `positions` values per image. scale * z + shift is its output.
typedef struct {
    int32_t channels, positions;
    const float *weight, *bias;
    float *weight_gradient, *bias_gradient;
    float *running_mean, *running_variance;
    float *mean, *inverse, *scale, *shift; // of the batch; inverse: 1 / sqrt(variance + 1e-5)
    float *of_gradient, *of_value, *constant; // dz = of_gradient * g + (of_value * z + constant)
    double *sums;          // [chunk][channel][3]: count, mean, sum of squared differences from it
    double *gradient_sums; // [chunk][channel][2]: of g, and of g * (z - mean)
} Norm;

// A split: bytes, and the number that each byte stands for in each channel.
typedef struct {
    const uint8_t *pixels; // [image][height][width][channels], with the room that crops move in
    const float *numbers;  // [channels][256]
    const int64_t *labels; // of image i: labels[i * label_stride]
    int64_t label_stride;
    int32_t height, width, channels;
} Images;

// Batches of a split, the last one possibly smaller, and what comes out of them.
typedef struct {
    const int64_t *draws; // of batch b, part p (image, down, right, flip) and place i:
                          // draws[b * batch_stride + p * part_stride + i * place_stride]
    int64_t batch_stride, part_stride, place_stride;
    int64_t images, batch_size; // images of all batches
    const float *rates;         // the learning rate of each batch
    const double *momenta;      // of running statistics: running = (1 - m) * running + m * batch, one per batch
    double *losses;             // of each image, in the order of the draws
    int32_t *predictions;       // likewise
    double *batch_losses;       // the mean of each batch; a batch that was not run leaves its place as it was
    double *batch_hits;         // images of each batch whose prediction is their label
} Batches;

// ---- operations; each has a function of its name's words in one of the files beside this one

// Crop, flip and convert the batch's images (images.c).
typedef struct { const Buffer *out; } Pack;

// out = sum over entries of value * in at the offset (convolution.c). stride 2: of the input, forward; parity_y,
// parity_x -1 except for the input gradient of a convolution with stride 2, which writes only positions of that parity.
typedef struct {
    const Lists *lists;
    const Buffer *in, *out;
    int32_t stride, parity_y, parity_x;
    int32_t add; // 1: to what out holds
} Convolve;

// Per chunk, the gradient of each value of the lists: sum over images and positions of in * gradient (gradient.c).
typedef struct {
    const Lists *lists;
    const Buffer *in, *gradient;
    int32_t stride;
    float *partial; // [chunk][value]
} Correlate;

// Add up the partial sums of the chunks, in their order, into the gradients of the kept weights (final).
typedef struct { const Lists *lists; const float *partial; float *gradient; } Collect;

// Batch norm (norm.c): Measure a chunk of z; Normalise: scale and shift of the batch, running statistics (final);
// Recall: scale and shift from the running statistics (final).
typedef struct { const Buffer *z; const Norm *norm; } Measure;
typedef struct { const Norm *norm; } Normalise;
typedef struct { const Norm *norm; } Recall;

// y = activation(scale * z + shift  +  [other, or other_norm's scale * other + shift]) (point.c)
// activation: 0 none, 1 ReLU, 6 ReLU6. other, other_norm: may be null. Lanes that hold no image become zero.
typedef struct {
    const Buffer *z; const Norm *norm;
    const Buffer *other; const Norm *other_norm;
    const Buffer *y;
    int32_t activation;
} Activate;

// The gradient g behind the activation, and its sums for one or two norms (point.c).
// y null: g is recomputed from z by whoever needs it (with two norms: there is no activation), gradient stays;
// else g takes the place of gradient, by y's sign.
typedef struct {
    const Buffer *gradient; const Buffer *y;
    const Buffer *z; const Norm *norm;
    const Buffer *other_z; const Norm *other_norm; // may be null
    int32_t activation;
} Deactivate;

// of_gradient, of_value, constant, and the gradients of weight and bias (final; norm.c).
typedef struct { const Norm *norm; } Differentiate;

// dz = of_gradient * g + (of_value * z + constant); activation: that by which g is recomputed, 0 where gradient is g.
typedef struct {
    const Buffer *gradient, *z; const Norm *norm; const Buffer *dz; int32_t activation;
} Denormalise;

// out += in, interiors (point.c).
typedef struct { const Buffer *in, *out; } Add;

// Pooling (pool.c). The maximum of a window is the first of equals, row by row; NaN wins. Beyond the edge is nothing.
typedef struct { const Buffer *in, *out; int32_t kernel, stride, padding; } MaxPool;
typedef struct { const Buffer *in, *gradient, *out; int32_t kernel, stride, padding; } MaxPoolGradient; // writes out whole
typedef struct { const Buffer *in, *out; } Mean;             // out: [channels][1][1]
typedef struct { const Buffer *gradient, *out; } MeanGradient; // writes out whole

// The head's bias, softmax cross-entropy with label smoothing (of the mean over the batch), prediction (head.c).
// Per image: loss and prediction into the batch's tables. gradient null: evaluation.
typedef struct {
    const Buffer *logits; const float *bias; double smoothing;
    const Buffer *gradient;
    double *bias_partial; // [chunk][class]
    double *scratch;      // [thread][class]
} CrossEntropy;
// The batch's loss and hits, and the gradient of the bias, from the tables and the partial sums (final).
typedef struct { const double *bias_partial; float *bias_gradient; int32_t classes; } Conclude;

// v = momentum * v + gradient + decay * w;  w = w - rate * v, over all parameters (final; update.c).
typedef struct {
    float *weights, *velocity; const float *gradient; int64_t count; float momentum, decay;
} Descend;

// The values of lists from the kept weights (final; update.c).
typedef struct { const Lists *lists; const float *weights; } Gather;

enum {
    PACK, CONVOLVE, CORRELATE, COLLECT, MEASURE, NORMALISE, RECALL, ACTIVATE, DEACTIVATE, DIFFERENTIATE, DENORMALISE,
    ADD, MAX_POOL, MAX_POOL_GRADIENT, MEAN, MEAN_GRADIENT, CROSS_ENTROPY, CONCLUDE, DESCEND, GATHER
};

typedef struct { int32_t kind; const void *arguments; } Operation;

// Each phase runs its operations on one chunk after the other, or on several threads; then the final ones, once.
typedef struct { const Operation *operations, *finals; int32_t operations_count, finals_count; } Phase;
typedef struct { const Phase *phases; int32_t phases_count, blocks_per_chunk, threads; } Program;

// Run the program on the batches from `first`; returns the batch after the last one done, which is before the end
// where `seconds` have passed (0: never). Without batches that train, Pack and CrossEntropy may be absent.
#pragma GCC visibility push(default)
int64_t sculpt_run(const Program *program, const Images *images, const Batches *batches, int64_t first, double seconds);

const char *sculpt_variant(void);   // generic, avx2, avx512 or neon
const char *sculpt_source(void);    // the digest of the sources that this library was built from
int32_t sculpt_supports(const char *variant); // 1 where this processor has the instructions of that variant
void sculpt_exp(const float *x, float *y, int64_t count);      // for tests; x <= 0
void sculpt_log(const float *x, float *y, int64_t count);      // for tests; x >= 1
#pragma GCC visibility pop
#endif
