// Rows of few entries: all their values stay in registers, and positions pass by.
#ifndef SCULPT_THIN_H
#define SCULPT_THIN_H
#include "tiles.h"

INLINE void thin_row(const int entries, const int in_step, const int out_step, const int adding, const Rectangle *all,
                     const Group *group)
{
    Lanes value[THIN];
    int64_t places[THIN];
    UNROLL for (int k = 0; k < entries; k++) {
        value[k] = lanes_fill(all->values[group->value + k]);
        places[k] = 16 * (int64_t)all->offsets[group->offset + k];
    }
    for (int64_t b = 0; b < all->blocks; b++)
        for (int64_t y = 0; y < all->height; y++) {
            const float *from = all->in + b * all->in_block + y * all->in_row;
            float *to = all->out + group->channel * all->out_channel + b * all->out_block + y * all->out_row;
            UNROLL_FOUR for (int64_t x = 0; x < all->width; x++) {
                Lanes sum = adding ? lanes_load(to + 16 * out_step * x) : lanes_zero();
                UNROLL for (int k = 0; k < entries; k++)
                    sum = lanes_fma(lanes_load(from + places[k] + 16 * in_step * x), value[k], sum);
                lanes_store(to + 16 * out_step * x, sum);
            }
        }
}

INLINE void thin_rows(const int in_step, const int out_step, const int adding, const Rectangle *all)
{
    for (const Group *group = all->groups; group < all->groups + all->groups_count; group++)
        switch (is_thin(all, group) ? group->entries : -1) {
        case 0: if (!adding) thin_row(0, in_step, out_step, 0, all, group); break;
        case 1: thin_row(1, in_step, out_step, adding, all, group); break;
        case 2: thin_row(2, in_step, out_step, adding, all, group); break;
        case 3: thin_row(3, in_step, out_step, adding, all, group); break;
        case 4: thin_row(4, in_step, out_step, adding, all, group); break;
        }
}
#endif
