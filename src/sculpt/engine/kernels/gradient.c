// The gradient of the weights: for each value a sum over (block, y, x) per lane, then over the lanes.
#include "operations.h"

typedef struct {
    const float *in;
    int64_t in_block, in_row;
    const float *gradient;
    int64_t gradient_block, gradient_channel, gradient_row;
    int64_t blocks, height, width;
} Pair;

// `rows` output channels from `gradient` on, `entries` offsets; sums: [entry][row], rows `step` apart.
INLINE void correlate_tile(const int rows, const int entries, const int in_step, const Pair *maps,
                           const float *gradient, const int32_t *offsets, float *sums, const int step)
{
    Lanes totals[24];
    int64_t places[8];
    UNROLL for (int k = 0; k < entries; k++) places[k] = 16 * (int64_t)offsets[k];
    UNROLL for (int i = 0; i < rows * entries; i++) totals[i] = lanes_zero();
    for (int64_t b = 0; b < maps->blocks; b++)
        for (int64_t y = 0; y < maps->height; y++) {
            const float *from = maps->in + b * maps->in_block + y * maps->in_row;
            const float *of = gradient + b * maps->gradient_block + y * maps->gradient_row;
            for (int64_t x = 0; x < maps->width; x++) {
                Lanes change[4];
                UNROLL for (int r = 0; r < rows; r++) change[r] = lanes_load(of + 16 * x + r * maps->gradient_channel);
                UNROLL for (int k = 0; k < entries; k++) {
                    Lanes number = lanes_load(from + 16 * in_step * x + places[k]);
                    UNROLL for (int r = 0; r < rows; r++)
                        totals[k * rows + r] = lanes_fma(number, change[r], totals[k * rows + r]);
                }
            }
        }
    UNROLL for (int k = 0; k < entries; k++)
        UNROLL for (int r = 0; r < rows; r++) sums[k * step + r] = lanes_sum(totals[k * rows + r]);
}

typedef void Correlating(const Pair *, const float *, const int32_t *, float *);

#define TILE(ROWS, ENTRIES, STEP)                                                                           \
    static __attribute__((noinline)) void rows##ROWS##_##ENTRIES##_plain(const Pair *maps, const float *gradient, \
                                                                         const int32_t *offsets, float *sums) \
    { correlate_tile(ROWS, ENTRIES, 1, maps, gradient, offsets, sums, STEP); }                              \
    static __attribute__((noinline)) void rows##ROWS##_##ENTRIES##_strided(const Pair *maps, const float *gradient, \
                                                                           const int32_t *offsets, float *sums) \
    { correlate_tile(ROWS, ENTRIES, 2, maps, gradient, offsets, sums, STEP); }
#define ENTRY(ROWS, ENTRIES) {ENTRIES, {rows##ROWS##_##ENTRIES##_plain, rows##ROWS##_##ENTRIES##_strided}}

typedef struct {
    int32_t entries;
    Correlating *correlate[2];
} Form;

// FOURFOLD_ROWS: rows of a group of four that the registers hold at once.
#if LANES_REGISTERS >= 32
#define FOURFOLD_ROWS 4
TILE(1, 8, 1) TILE(1, 4, 1) TILE(1, 2, 1) TILE(1, 1, 1)
static const Form single_forms[] = {ENTRY(1, 8), ENTRY(1, 4), ENTRY(1, 2), ENTRY(1, 1)};
TILE(4, 6, 4) TILE(4, 4, 4) TILE(4, 3, 4) TILE(4, 2, 4) TILE(4, 1, 4)
static const Form fourfold_forms[] = {ENTRY(4, 6), ENTRY(4, 4), ENTRY(4, 3), ENTRY(4, 2), ENTRY(4, 1)};
#else
#define FOURFOLD_ROWS 2
TILE(1, 4, 1) TILE(1, 2, 1) TILE(1, 1, 1)
static const Form single_forms[] = {ENTRY(1, 4), ENTRY(1, 2), ENTRY(1, 1)};
TILE(2, 3, 4) TILE(2, 2, 4) TILE(2, 1, 4)
static const Form fourfold_forms[] = {ENTRY(2, 3), ENTRY(2, 2), ENTRY(2, 1)};
#endif

// One group, or some rows of it: the largest form that still fits, again and again.
static void correlate_rows(const Pair *maps, const Form *forms, int strided, const float *gradient,
                           const int32_t *offsets, int64_t entries, float *sums, int64_t step)
{
    for (int64_t k = 0; k < entries;) {
        while (forms->entries > entries - k) forms++;
        forms->correlate[strided](maps, gradient, offsets + k, sums + k * step);
        k += forms->entries;
    }
}

void correlate(const Work *work, const Correlate *operation)
{
    Map in = map_of(work, operation->in), gradient = map_of(work, operation->gradient);
    const Lists *lists = operation->lists;
    int strided = operation->stride == 2;
    Pair maps = {
        .in = in.first, .in_block = in.block, .in_row = in.row * (strided ? 2 : 1),
        .gradient = gradient.first, .gradient_block = gradient.block, .gradient_channel = gradient.channel,
        .gradient_row = gradient.row, .blocks = work->blocks, .height = gradient.height, .width = gradient.width,
    };
    float *partial = operation->partial + work->chunk * lists->values_count;
    for (const Group *group = lists->groups; group < lists->groups + lists->groups_count; group++) {
        const float *of = gradient.first + group->channel * gradient.channel;
        const int32_t *offsets = lists->offsets + group->offset;
        float *sums = partial + group->value;
        if (group->rows == 1)
            correlate_rows(&maps, single_forms, strided, of, offsets, group->entries, sums, 1);
        else
            for (int r = 0; r < 4; r += FOURFOLD_ROWS)
                correlate_rows(&maps, fourfold_forms, strided, of + r * gradient.channel, offsets, group->entries,
                               sums + r, 4);
    }
}

void collect(const Work *work, const Collect *operation)
{
    const Lists *lists = operation->lists;
    enum { STRETCH = 512 };
    float sums[STRETCH];
    for (int64_t start = 0; start < lists->values_count; start += STRETCH) {
        int64_t count = lists->values_count - start < STRETCH ? lists->values_count - start : STRETCH;
        memcpy(sums, operation->partial + start, (size_t)count * sizeof *sums);
        for (int64_t chunk = 1; chunk < work->chunks; chunk++) {
            const float *more = operation->partial + chunk * lists->values_count + start;
            for (int64_t i = 0; i < count; i++) sums[i] += more[i];
        }
        for (int64_t i = 0; i < count; i++)
            if (lists->weights[start + i] >= 0) operation->gradient[lists->weights[start + i]] = sums[i];
    }
}
