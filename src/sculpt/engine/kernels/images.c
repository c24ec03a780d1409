// A batch's images from the split's bytes: crop, flip, and a number for each byte.
#include "operations.h"

static int64_t drawn(const Work *work, int64_t part, int64_t place)
{
    const Batches *batches = work->batches;
    return batches->draws[work->batch * batches->batch_stride + part * batches->part_stride +
                          place * batches->place_stride];
}

typedef struct {
    const uint8_t *corner; // of the crop
    int32_t flip;
} Crop;

static Crop crop_of(const Work *work, int64_t place)
{
    const Images *images = work->images;
    int64_t image = drawn(work, 0, place), down = drawn(work, 1, place), right = drawn(work, 2, place);
    int64_t pixel = (image * images->height + down) * images->width + right;
    return (Crop){images->pixels + pixel * images->channels, drawn(work, 3, place) != 0};
}

void pack(const Work *work, const Pack *operation)
{
    const Images *images = work->images;
    Map out = map_of(work, operation->out);
    const int64_t channels = images->channels, row = images->width * channels;
    for (int64_t b = 0; b < work->blocks; b++) {
        int64_t count = images_in(work, b);
        Crop crops[16];
        for (int64_t i = 0; i < count; i++) crops[i] = crop_of(work, first_image(work, b) + i);
        for (int64_t c = 0; c < channels; c++) {
            const float *numbers = images->numbers + 256 * c;
            for (int64_t y = 0; y < out.height; y++) {
                float *to = row_of(&out, b, c, y);
                if (count < 16) memset(to, 0, 64 * (size_t)out.width);
                for (int64_t i = 0; i < count; i++) {
                    const uint8_t *from = crops[i].corner + y * row + c;
                    int64_t step = crops[i].flip ? -channels : channels;
                    if (crops[i].flip) from += (out.width - 1) * channels;
                    for (int64_t x = 0; x < out.width; x++) to[16 * x + i] = numbers[from[x * step]];
                }
            }
        }
    }
}
