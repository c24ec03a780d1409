// A tile: some positions of one output channel, or of four that share offsets, summed up in registers.
#ifndef SCULPT_TILES_H
#define SCULPT_TILES_H
#include "moments.h"

// A rectangle of outputs that is cut into equal tiles, for a run of groups with the same number of rows.
typedef struct {
    const float *in;
    int64_t in_block, in_row;
    float *out;
    int64_t out_block, out_channel, out_row;
    int64_t blocks, height, width;
    const Group *groups;
    int64_t groups_count;
    const int32_t *offsets;
    const float *values;
    int64_t ahead;       // how far ahead of a tile outputs are fetched, in floats; 0: they fit the cache
    Moments *moments;        // of each row of the groups; null: what is written is not measured
    const Lanes *with_image; // of each block
    int32_t add;         // 1: to what out holds
    int32_t band; // rows of the map that all groups pass over before the next rows; 0: all groups of a tile in turn
} Rectangle;

// in_step, out_step: 2 where the columns of a map with stride 2 are passed over one by one.
INLINE void tile(const int rows, const int blocks, const int high, const int wide, const int in_step,
                 const int out_step, const int measured, const Rectangle *all, const Group *group, int64_t block,
                 const float *in, float *out)
{
    Lanes sums[16];
    const int positions = blocks * high * wide;
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int b = 0; b < blocks; b++)
            UNROLL for (int y = 0; y < high; y++)
                UNROLL for (int x = 0; x < wide; x++) {
                    const float *held = out + r * all->out_channel + b * all->out_block + y * all->out_row;
                    sums[r * positions + (b * high + y) * wide + x] =
                        all->add ? lanes_load(held + 16 * out_step * x) : lanes_zero();
                }
    if (!measured && all->ahead)
        UNROLL for (int r = 0; r < rows; r++)
            UNROLL for (int b = 0; b < blocks; b++)
                UNROLL for (int y = 0; y < high; y++)
                    UNROLL for (int x = 0; x < wide; x++) {
                        const float *to = out + r * all->out_channel + b * all->out_block + y * all->out_row;
                        FETCH_TO_WRITE(to + 16 * out_step * x + all->ahead);
                    }
    const int32_t *offsets = all->offsets + group->offset;
    const float *values = all->values + group->value;
    for (int64_t k = 0; k < group->entries; k++) {
        const float *from = in + 16 * (int64_t)offsets[k];
        Lanes value[4];
        UNROLL for (int r = 0; r < rows; r++) value[r] = lanes_fill(values[k * rows + r]);
        UNROLL for (int b = 0; b < blocks; b++)
            UNROLL for (int y = 0; y < high; y++)
                UNROLL for (int x = 0; x < wide; x++) {
                    Lanes number = lanes_load(from + b * all->in_block + y * all->in_row + 16 * in_step * x);
                    const int position = (b * high + y) * wide + x;
                    UNROLL for (int r = 0; r < rows; r++)
                        sums[r * positions + position] = lanes_fma(number, value[r], sums[r * positions + position]);
                }
    }
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int b = 0; b < blocks; b++)
            UNROLL for (int y = 0; y < high; y++)
                UNROLL for (int x = 0; x < wide; x++) {
                    float *to = out + r * all->out_channel + b * all->out_block + y * all->out_row;
                    const Lanes sum = sums[r * positions + (b * high + y) * wide + x];
                    if (measured && all->ahead) lanes_stream(to + 16 * out_step * x, sum); // not read for long
                    else lanes_store(to + 16 * out_step * x, sum);
                }
    if (!measured) return;
    UNROLL for (int r = 0; r < rows; r++) {
        Moments *kept = all->moments + (group - all->groups) * rows + r, moments = *kept;
        if (!moments.begun) moments_begin(&moments, sums[r * positions]);
        UNROLL for (int i = 0; i < positions; i++)
            moments_add(&moments, sums[r * positions + i], all->with_image[block + i / (high * wide)]);
        *kept = moments;
    }
}

INLINE void tile_at(const int rows, const int blocks, const int high, const int wide, const int in_step,
                    const int out_step, const int measured, const Rectangle *all, const Group *group, int64_t b,
                    int64_t y, int64_t x)
{
    tile(rows, blocks, high, wide, in_step, out_step, measured, all, group, b,
         all->in + b * all->in_block + y * all->in_row + 16 * in_step * x,
         all->out + group->channel * all->out_channel + b * all->out_block + y * all->out_row + 16 * out_step * x);
}

INLINE void tiles(const int rows, const int blocks, const int high, const int wide, const int in_step,
                  const int out_step, const int measured, const Rectangle *all)
{
    const Group *end = all->groups + all->groups_count;
    if (!all->band) {
        for (int64_t b = 0; b < all->blocks; b += blocks)
            for (int64_t y = 0; y < all->height; y += high)
                for (int64_t x = 0; x < all->width; x += wide)
                    for (const Group *group = all->groups; group < end; group++)
                        tile_at(rows, blocks, high, wide, in_step, out_step, measured, all, group, b, y, x);
        return;
    }
    for (int64_t b = 0; b < all->blocks; b += blocks)
        for (int64_t top = 0; top < all->height; top += all->band)
            for (const Group *group = all->groups; group < end; group++)
                for (int64_t y = top; y < all->height && y < top + all->band; y += high)
                    for (int64_t x = 0; x < all->width; x += wide)
                        tile_at(rows, blocks, high, wide, in_step, out_step, measured, all, group, b, y, x);
}
#endif
