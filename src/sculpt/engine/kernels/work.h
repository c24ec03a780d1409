// What an operation is given besides its arguments, and where the values of a buffer are.
#ifndef SCULPT_WORK_H
#define SCULPT_WORK_H
#include "lanes.h"
#include "program.h"

typedef struct {
    const Images *images;
    const Batches *batches;
    int64_t batch, count;  // which batch, and how many images it has
    int64_t chunk, chunks; // which chunk (of a final: none), and how many the batch has
    int32_t blocks;        // of this chunk
    int32_t blocks_per_chunk, thread;
} Work;

// A buffer's values of one chunk. first: position (0, 0) of the first block's channel 0; the rest: steps, in floats.
typedef struct {
    float *first;
    int64_t block, channel, row;
    int32_t channels, height, width;
} Map;

static inline Map map_of(const Work *work, const Buffer *buffer)
{
    int64_t place = buffer->scratch ? work->thread : work->chunk;
    int64_t row = 16 * (int64_t)(buffer->width + buffer->halo);
    return (Map){
        .first = buffer->data + place * work->blocks_per_chunk * buffer->block + buffer->halo * (row + 16),
        .block = buffer->block,
        .channel = (buffer->height + buffer->halo) * row,
        .row = row,
        .channels = buffer->channels,
        .height = buffer->height,
        .width = buffer->width,
    };
}

// The same values with each channel as one row, where rows follow each other without a halo.
static inline Map flattened(Map map)
{
    if (map.row == 16 * (int64_t)map.width) {
        map.width *= map.height;
        map.height = 1;
    }
    return map;
}

// How far ahead memory is fetched, in floats: 0 where the maps of a block fit the cache and wait there anyway.
static inline int64_t fetch_distance(const Map *map)
{
    return (int64_t)map->channels * map->height * map->width >= 8192 ? 256 : 0;
}

static inline float *row_of(const Map *map, int64_t block, int64_t channel, int64_t y)
{
    return map->first + block * map->block + channel * map->channel + y * map->row;
}

// The batch's number of the first image of a block of this chunk.
static inline int64_t first_image(const Work *work, int64_t block)
{
    return 16 * (work->chunk * work->blocks_per_chunk + block);
}

// Images of a block, 1 to 16: the first lanes.
static inline int64_t images_in(const Work *work, int64_t block)
{
    int64_t left = work->count - first_image(work, block);
    return left < 16 ? left : 16;
}

static inline int64_t images_in_chunk(const Work *work)
{
    int64_t left = work->count - first_image(work, 0), most = 16 * (int64_t)work->blocks;
    return left < most ? left : most;
}
#endif
