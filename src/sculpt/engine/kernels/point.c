// What is done to each value by itself: a batch norm's application, additions, activations, and their gradients.
#include "operations.h"

enum { NOTHING, VALUE, NORM }; // what is added before the activation

// Call ROWS with the width of small maps as a constant, so that their short rows need no loop; 0 is any width.
#define BY_WIDTH(ROWS, WIDTH, ...)       \
    switch (WIDTH) {                     \
    case 2: ROWS(2, __VA_ARGS__); break; \
    case 4: ROWS(4, __VA_ARGS__); break; \
    case 8: ROWS(8, __VA_ARGS__); break; \
    default: ROWS(0, __VA_ARGS__);       \
    }

INLINE void activate_rows(const int width, const int added, const int activation, const Work *work, const Activate *operation)
{
    Map z = map_of(work, operation->z), y = map_of(work, operation->y);
    Map other = added == NOTHING ? z : map_of(work, operation->other);
    const int64_t ahead = fetch_distance(&y);
    for (int64_t b = 0; b < work->blocks; b++) {
        const Lanes with_image = lanes_first(images_in(work, b));
        for (int64_t c = 0; c < y.channels; c++) {
            const Lanes scale = lanes_fill(operation->norm->scale[c]), shift = lanes_fill(operation->norm->shift[c]);
            const Lanes other_scale = lanes_fill(added == NORM ? operation->other_norm->scale[c] : 0);
            const Lanes other_shift = lanes_fill(added == NORM ? operation->other_norm->shift[c] : 0);
            for (int64_t i = 0; i < y.height; i++) {
                const float *from = row_of(&z, b, c, i), *beside = row_of(&other, b, c, i);
                float *to = row_of(&y, b, c, i);
                for (int64_t x = 0; x < 16 * (int64_t)(width ? width : y.width); x += 16) {
                    if (ahead) {
                        FETCH(from + x + ahead);
                        if (added != NOTHING) FETCH(beside + x + ahead);
                        FETCH_TO_WRITE(to + x + ahead);
                    }
                    Lanes t = lanes_fma(lanes_load(from + x), scale, shift);
                    if (added == VALUE) t = lanes_add(t, lanes_load(beside + x));
                    if (added == NORM) t = lanes_add(t, lanes_fma(lanes_load(beside + x), other_scale, other_shift));
                    lanes_store(to + x, lanes_and(lanes_activate(t, activation), with_image));
                }
            }
        }
    }
}

INLINE void activate_added(const int added, const Work *work, const Activate *operation)
{
    if (operation->activation == 0) activate_rows(0, added, 0, work, operation);
    else if (operation->activation == 6) activate_rows(0, added, 6, work, operation);
    else BY_WIDTH(activate_rows, operation->y->width, added, 1, work, operation)
}

void activate(const Work *work, const Activate *operation)
{
    if (!operation->other) activate_added(NOTHING, work, operation);
    else if (!operation->other_norm) activate_added(VALUE, work, operation);
    else activate_added(NORM, work, operation);
}

// Channels that are summed up side by side, so that one channel's additions need not wait for each other.
enum { SIDE_BY_SIDE = 2 };

// by_output: g is what y lets through of the gradient, and takes its place; else what the recomputed output lets through.
INLINE void deactivate_channels(const int channels, const int by_output, const int both, const int activation,
                                const Work *work, const Deactivate *operation, int64_t first)
{
    const Norm *norm = operation->norm, *other_norm = operation->other_norm;
    Map gradient = map_of(work, operation->gradient), z = map_of(work, operation->z);
    Map y = by_output ? map_of(work, operation->y) : z, other = both ? map_of(work, operation->other_z) : z;
    if (!by_output && !both && gradient.row == z.row) {
        gradient = flattened(gradient);
        z = flattened(z);
    }
    const int64_t ahead = fetch_distance(&gradient);
    Lanes sums[SIDE_BY_SIDE], products[SIDE_BY_SIDE], other_products[SIDE_BY_SIDE];
    Lanes mean[SIDE_BY_SIDE], scale[SIDE_BY_SIDE], shift[SIDE_BY_SIDE], other_mean[SIDE_BY_SIDE];
    UNROLL for (int c = 0; c < channels; c++) {
        sums[c] = products[c] = other_products[c] = lanes_zero();
        mean[c] = lanes_fill(norm->mean[first + c]);
        scale[c] = lanes_fill(by_output ? 0 : norm->scale[first + c]);
        shift[c] = lanes_fill(by_output ? 0 : norm->shift[first + c]);
        other_mean[c] = lanes_fill(both ? other_norm->mean[first + c] : 0);
    }
    for (int64_t b = 0; b < work->blocks; b++)
        for (int64_t i = 0; i < gradient.height; i++) {
            float *of = row_of(&gradient, b, first, i);
            const float *from = row_of(&z, b, first, i), *sign = row_of(&y, b, first, i);
            const float *beside = row_of(&other, b, first, i);
            for (int64_t x = 0; x < 16 * (int64_t)gradient.width; x += 16)
                UNROLL for (int c = 0; c < channels; c++) {
                    if (ahead) {
                        FETCH(of + c * gradient.channel + x + ahead);
                        FETCH(from + c * z.channel + x + ahead);
                        if (by_output) FETCH(sign + c * y.channel + x + ahead);
                    }
                    Lanes g = lanes_load(of + c * gradient.channel + x), value = lanes_load(from + c * z.channel + x);
                    if (by_output) {
                        g = lanes_deactivate(g, lanes_load(sign + c * y.channel + x), activation);
                        lanes_store(of + c * gradient.channel + x, g);
                    } else {
                        g = lanes_deactivate(g, lanes_fma(value, scale[c], shift[c]), activation);
                    }
                    sums[c] = lanes_add(sums[c], g);
                    products[c] = lanes_fma(g, lanes_subtract(value, mean[c]), products[c]);
                    if (both) {
                        Lanes apart = lanes_subtract(lanes_load(beside + c * other.channel + x), other_mean[c]);
                        other_products[c] = lanes_fma(g, apart, other_products[c]);
                    }
                }
        }
    for (int c = 0; c < channels; c++) {
        double *to = norm->gradient_sums + 2 * (work->chunk * z.channels + first + c);
        to[0] = lanes_sum_double(sums[c]);
        to[1] = lanes_sum_double(products[c]);
        if (both) {
            double *other_to = other_norm->gradient_sums + 2 * (work->chunk * z.channels + first + c);
            other_to[0] = to[0];
            other_to[1] = lanes_sum_double(other_products[c]);
        }
    }
}

INLINE void deactivate_all(const int by_output, const int both, const int activation, const Work *work,
                           const Deactivate *operation)
{
    int64_t c = 0;
    for (; c + SIDE_BY_SIDE <= operation->z->channels; c += SIDE_BY_SIDE)
        deactivate_channels(SIDE_BY_SIDE, by_output, both, activation, work, operation, c);
    for (; c < operation->z->channels; c++)
        deactivate_channels(1, by_output, both, activation, work, operation, c);
}

INLINE void deactivate_behind(const int activation, const Work *work, const Deactivate *operation)
{
    if (!operation->y && !operation->other_norm) deactivate_all(0, 0, activation, work, operation);
    else if (!operation->y) deactivate_all(0, 1, 0, work, operation); // only an activation by none has two norms
    else if (!operation->other_norm) deactivate_all(1, 0, activation, work, operation);
    else deactivate_all(1, 1, activation, work, operation);
}

void deactivate(const Work *work, const Deactivate *operation)
{
    if (operation->activation == 0) deactivate_behind(0, work, operation);
    else if (operation->activation == 1) deactivate_behind(1, work, operation);
    else deactivate_behind(6, work, operation);
}

INLINE void denormalise_rows(const int width, const int activation, const Work *work, const Denormalise *operation)
{
    const Norm *norm = operation->norm;
    Map gradient = map_of(work, operation->gradient), z = map_of(work, operation->z), dz = map_of(work, operation->dz);
    const int64_t ahead = fetch_distance(&dz);
    for (int64_t b = 0; b < work->blocks; b++) {
        const Lanes with_image = lanes_first(images_in(work, b));
        for (int64_t c = 0; c < dz.channels; c++) {
            const Lanes scale = lanes_fill(norm->scale[c]), shift = lanes_fill(norm->shift[c]);
            const Lanes of_gradient = lanes_fill(norm->of_gradient[c]), of_value = lanes_fill(norm->of_value[c]);
            const Lanes constant = lanes_fill(norm->constant[c]);
            for (int64_t i = 0; i < dz.height; i++) {
                const float *of = row_of(&gradient, b, c, i), *from = row_of(&z, b, c, i);
                float *to = row_of(&dz, b, c, i);
                for (int64_t x = 0; x < 16 * (int64_t)(width ? width : dz.width); x += 16) {
                    if (ahead) {
                        FETCH(of + x + ahead);
                        FETCH(from + x + ahead);
                        FETCH_TO_WRITE(to + x + ahead);
                    }
                    Lanes value = lanes_load(from + x);
                    Lanes g = lanes_deactivate(lanes_load(of + x), lanes_fma(value, scale, shift), activation);
                    Lanes change = lanes_fma(g, of_gradient, lanes_fma(value, of_value, constant));
                    lanes_store(to + x, lanes_and(change, with_image));
                }
            }
        }
    }
}

void denormalise(const Work *work, const Denormalise *operation)
{
    if (operation->activation == 6) denormalise_rows(0, 6, work, operation);
    else if (operation->activation == 0) BY_WIDTH(denormalise_rows, operation->dz->width, 0, work, operation)
    else BY_WIDTH(denormalise_rows, operation->dz->width, 1, work, operation)
}

void add(const Work *work, const Add *operation)
{
    Map in = map_of(work, operation->in), out = map_of(work, operation->out);
    for (int64_t b = 0; b < work->blocks; b++)
        for (int64_t c = 0; c < out.channels; c++)
            for (int64_t y = 0; y < out.height; y++) {
                const float *from = row_of(&in, b, c, y);
                float *to = row_of(&out, b, c, y);
                for (int64_t x = 0; x < 16 * (int64_t)out.width; x += 16)
                    lanes_store(to + x, lanes_add(lanes_load(to + x), lanes_load(from + x)));
            }
}
