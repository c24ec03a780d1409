// The gradient of the weights: for each value a sum over (block, y, x) per lane, then over the lanes.
#include <stdlib.h>
#include "operations.h"

typedef struct {
    const float *in;
    int64_t in_block, in_row;
    const float *gradient;
    int64_t gradient_block, gradient_channel, gradient_row;
    int64_t blocks, height, width;
    int32_t go_on; // 1: add to the totals that are held
} Pair;

// `rows` output channels from `gradient` on, `entries` offsets; held: [entry][row], entries `step` apart.
INLINE void correlate_tile(const int rows, const int entries, const int in_step, const Pair *maps,
                           const float *gradient, const int32_t *offsets, Lanes *held, const int step)
{
    Lanes totals[24];
    int64_t places[8];
    UNROLL for (int k = 0; k < entries; k++) places[k] = 16 * (int64_t)offsets[k];
    UNROLL for (int k = 0; k < entries; k++)
        UNROLL for (int r = 0; r < rows; r++)
            totals[k * rows + r] = maps->go_on ? held[k * step + r] : lanes_zero();
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
        UNROLL for (int r = 0; r < rows; r++) held[k * step + r] = totals[k * rows + r];
}

typedef void Correlating(const Pair *, const float *, const int32_t *, Lanes *);

#define NAME(ROWS, ENTRIES, KIND) rows##ROWS##_##ENTRIES##_##KIND
#define CORRELATING(ROWS, ENTRIES, STEP, KIND, IN_STEP)                                                      \
    static __attribute__((noinline)) void NAME(ROWS, ENTRIES, KIND)(const Pair *maps, const float *gradient, \
                                                                    const int32_t *offsets, Lanes *held)     \
    { correlate_tile(ROWS, ENTRIES, IN_STEP, maps, gradient, offsets, held, STEP); }
#define TILE(ROWS, ENTRIES, STEP) \
    CORRELATING(ROWS, ENTRIES, STEP, plain, 1) CORRELATING(ROWS, ENTRIES, STEP, strided, 2)
#define ENTRY(ROWS, ENTRIES) {ENTRIES, {NAME(ROWS, ENTRIES, plain), NAME(ROWS, ENTRIES, strided)}}

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

typedef struct {
    const Lists *lists;
    int32_t strided;
    Lanes *held;     // totals of the values from `first` on; null: they are summed up at once
    int64_t first;
    float *partial;
} Task;

// Some rows of a group: the largest form that still fits, again and again. value: of the first entry and row.
static void correlate_rows(const Task *task, const Pair *maps, const Form *forms, const Group *group, int row,
                           int rows, int step)
{
    const float *gradient = maps->gradient + (group->channel + row) * maps->gradient_channel;
    const int32_t *offsets = task->lists->offsets + group->offset;
    for (int64_t k = 0; k < group->entries;) {
        while (forms->entries > group->entries - k) forms++;
        const int64_t value = group->value + k * step + row;
        Lanes passing[24], *held = task->held ? task->held + value - task->first : passing;
        forms->correlate[task->strided](maps, gradient, offsets + k, held);
        for (int i = 0; i < forms->entries && !task->held; i++)
            for (int r = 0; r < rows; r++) task->partial[value + i * step + r] = lanes_sum(held[i * step + r]);
        k += forms->entries;
    }
}

static void correlate_groups(const Task *task, const Pair *maps, const Group *group, const Group *end)
{
    for (; group < end; group++)
        if (group->rows == 1) correlate_rows(task, maps, single_forms, group, 0, 1, 1);
        else
            for (int r = 0; r < 4; r += FOURFOLD_ROWS)
                correlate_rows(task, maps, fourfold_forms, group, r, FOURFOLD_ROWS, 4);
}

// Band after band of the maps, so that what all groups read stays in the cache; totals are held in between.
static void correlate_bands(const Task *task, const Pair *all, int64_t rows, const Group *group, const Group *end)
{
    Pair band = *all;
    band.blocks = 1;
    for (int64_t b = 0; b < all->blocks; b++)
        for (int64_t y = 0; y < all->height; y += rows) {
            band.in = all->in + b * all->in_block + y * all->in_row;
            band.gradient = all->gradient + b * all->gradient_block + y * all->gradient_row;
            band.height = all->height - y < rows ? all->height - y : rows;
            correlate_groups(task, &band, group, end);
            band.go_on = 1;
        }
    const int64_t last = end[-1].value + (int64_t)end[-1].rows * end[-1].entries;
    for (int64_t i = task->first; i < last; i++) task->partial[i] = lanes_sum(task->held[i - task->first]);
}

enum { HELD = 32768, CACHE = 1 << 20 }; // totals at a time; bytes of maps that stay in the cache by themselves

// Groups from `group` on whose values do not exceed what can be held.
static const Group *held_together(const Group *group, const Group *end)
{
    const int64_t first = group->value;
    while (group < end && group->value + (int64_t)group->rows * group->entries - first <= HELD) group++;
    return group;
}

void correlate(const Work *work, const Correlate *operation)
{
    Map in = map_of(work, operation->in), gradient = map_of(work, operation->gradient);
    const Lists *lists = operation->lists;
    const int strided = operation->stride == 2;
    Pair maps = {
        .in = in.first, .in_block = in.block, .in_row = in.row * (strided ? 2 : 1),
        .gradient = gradient.first, .gradient_block = gradient.block, .gradient_channel = gradient.channel,
        .gradient_row = gradient.row, .blocks = work->blocks, .height = gradient.height, .width = gradient.width,
    };
    Task task = {.lists = lists, .strided = strided,
                 .partial = operation->partial + work->chunk * lists->values_count};
    const Group *group = lists->groups, *end = group + lists->groups_count;
    const int64_t row = 4 * (in.channels * maps.in_row + gradient.channels * gradient.row);
    const int64_t rows = CACHE / row < 4 ? 4 : CACHE / row;
    Lanes *held = row * gradient.height > 2 * CACHE ? aligned_alloc(64, HELD * sizeof *held) : NULL;
    while (group < end) {
        const Group *next = held ? held_together(group, end) : end;
        task.held = next > group ? held : NULL;
        task.first = group->value;
        if (next == group) next++; // one that is too large
        if (task.held) correlate_bands(&task, &maps, rows, group, next);
        else correlate_groups(&task, &maps, group, next);
        group = next;
    }
    free(held);
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
