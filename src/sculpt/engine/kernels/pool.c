// Pooling. What lies beyond the edge takes no part.
#include "operations.h"

// The part of a window, of `kernel` values from `start` on, that lies within `length`.
typedef struct { int64_t first, end; } Span;
static Span within(int64_t start, int64_t kernel, int64_t length)
{
    return (Span){start < 0 ? 0 : start, start + kernel < length ? start + kernel : length};
}

typedef struct { Lanes value, place; } Largest; // place: its number in the window, row by row

static inline Largest largest(const Map *in, int64_t block, int64_t channel, Span rows, Span columns)
{
    Largest found = {lanes_load(row_of(in, block, channel, rows.first) + 16 * columns.first), lanes_zero()};
    float place = 0;
    for (int64_t y = rows.first; y < rows.end; y++)
        for (int64_t x = columns.first; x < columns.end; x++, place++) {
            Lanes value = lanes_load(row_of(in, block, channel, y) + 16 * x);
            found.place = lanes_larger(value, found.value, lanes_fill(place), found.place);
            found.value = lanes_larger(value, found.value, value, found.value);
        }
    return found;
}

void max_pool(const Work *work, const MaxPool *operation)
{
    Map in = map_of(work, operation->in), out = map_of(work, operation->out);
    for (int64_t b = 0; b < work->blocks; b++)
        for (int64_t c = 0; c < out.channels; c++)
            for (int64_t y = 0; y < out.height; y++) {
                Span rows = within(y * operation->stride - operation->padding, operation->kernel, in.height);
                for (int64_t x = 0; x < out.width; x++) {
                    Span columns = within(x * operation->stride - operation->padding, operation->kernel, in.width);
                    lanes_store(row_of(&out, b, c, y) + 16 * x, largest(&in, b, c, rows, columns).value);
                }
            }
}

static void clear_channel(const Map *map, int64_t block, int64_t channel)
{
    for (int64_t y = 0; y < map->height; y++)
        memset(row_of(map, block, channel, y), 0, 64 * (size_t)map->width);
}

void max_pool_gradient(const Work *work, const MaxPoolGradient *operation)
{
    Map in = map_of(work, operation->in), gradient = map_of(work, operation->gradient);
    Map out = map_of(work, operation->out);
    for (int64_t b = 0; b < work->blocks; b++)
        for (int64_t c = 0; c < out.channels; c++) {
            clear_channel(&out, b, c);
            for (int64_t y = 0; y < gradient.height; y++) {
                Span rows = within(y * operation->stride - operation->padding, operation->kernel, in.height);
                for (int64_t x = 0; x < gradient.width; x++) {
                    Span columns = within(x * operation->stride - operation->padding, operation->kernel, in.width);
                    Lanes of = lanes_load(row_of(&gradient, b, c, y) + 16 * x);
                    Lanes chosen = largest(&in, b, c, rows, columns).place;
                    float place = 0;
                    for (int64_t i = rows.first; i < rows.end; i++)
                        for (int64_t j = columns.first; j < columns.end; j++, place++) {
                            float *to = row_of(&out, b, c, i) + 16 * j;
                            Lanes part = lanes_below(lanes_above(of, chosen, place - 0.5f), chosen, place + 0.5f);
                            lanes_store(to, lanes_add(lanes_load(to), part));
                        }
                }
            }
        }
}

void mean(const Work *work, const Mean *operation)
{
    Map in = map_of(work, operation->in), out = map_of(work, operation->out);
    const Lanes share = lanes_fill(1.0f / (float)(in.height * in.width));
    for (int64_t b = 0; b < work->blocks; b++)
        for (int64_t c = 0; c < in.channels; c++) {
            Lanes sum = lanes_zero();
            for (int64_t y = 0; y < in.height; y++)
                for (int64_t x = 0; x < in.width; x++) sum = lanes_add(sum, lanes_load(row_of(&in, b, c, y) + 16 * x));
            lanes_store(row_of(&out, b, c, 0), lanes_multiply(sum, share));
        }
}

void mean_gradient(const Work *work, const MeanGradient *operation)
{
    Map gradient = map_of(work, operation->gradient), out = map_of(work, operation->out);
    const Lanes share = lanes_fill(1.0f / (float)(out.height * out.width));
    for (int64_t b = 0; b < work->blocks; b++)
        for (int64_t c = 0; c < out.channels; c++) {
            Lanes each = lanes_multiply(lanes_load(row_of(&gradient, b, c, 0)), share);
            for (int64_t y = 0; y < out.height; y++)
                for (int64_t x = 0; x < out.width; x++) lanes_store(row_of(&out, b, c, y) + 16 * x, each);
        }
}
