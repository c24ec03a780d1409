// Convolution by lists: a map is cut into rectangles, each of tiles of one form; the form never changes a sum.
#include "operations.h"
#include "tiles.h"

enum { PLAIN, STRIDED_IN, STRIDED_OUT }; // neither map, the input or the output is passed over with stride 2

typedef void Filling(const Rectangle *rectangle);
typedef struct {
    int32_t blocks, high, wide;
    Filling *fill[3];
} Form;

#define FORM(ROWS, BLOCKS, HIGH, WIDE)                                                                    \
    static __attribute__((noinline)) void rows##ROWS##_plain_##BLOCKS##x##HIGH##x##WIDE(const Rectangle *r) \
    { tiles(ROWS, BLOCKS, HIGH, WIDE, 1, 1, r); }                                                         \
    static __attribute__((noinline)) void rows##ROWS##_in_##BLOCKS##x##HIGH##x##WIDE(const Rectangle *r)  \
    { tiles(ROWS, BLOCKS, HIGH, WIDE, 2, 1, r); }                                                         \
    static __attribute__((noinline)) void rows##ROWS##_out_##BLOCKS##x##HIGH##x##WIDE(const Rectangle *r) \
    { tiles(ROWS, BLOCKS, HIGH, WIDE, 1, 2, r); }
#define ENTRY(ROWS, BLOCKS, HIGH, WIDE)                                                        \
    {BLOCKS, HIGH, WIDE, {rows##ROWS##_plain_##BLOCKS##x##HIGH##x##WIDE,                       \
                          rows##ROWS##_in_##BLOCKS##x##HIGH##x##WIDE, rows##ROWS##_out_##BLOCKS##x##HIGH##x##WIDE}}

// The forms that the registers hold: the more positions, the fewer loads of values and offsets.
#if LANES_REGISTERS >= 32
FORM(1, 1, 1, 8) FORM(1, 1, 2, 4) FORM(1, 2, 2, 2)
FORM(4, 1, 1, 4) FORM(4, 1, 2, 2) FORM(4, 4, 1, 1) FORM(4, 1, 1, 2) FORM(4, 2, 1, 1)
#endif
#if LANES_REGISTERS >= 8
FORM(1, 1, 1, 4) FORM(1, 1, 2, 2) FORM(1, 4, 1, 1)
#endif
FORM(1, 1, 1, 2) FORM(1, 2, 1, 1) FORM(1, 1, 1, 1) FORM(4, 1, 1, 1)

static const Form single_forms[] = {
#if LANES_REGISTERS >= 32
    ENTRY(1, 1, 1, 8), ENTRY(1, 1, 2, 4), ENTRY(1, 2, 2, 2),
#endif
#if LANES_REGISTERS >= 8
    ENTRY(1, 1, 1, 4), ENTRY(1, 1, 2, 2), ENTRY(1, 4, 1, 1),
#endif
    ENTRY(1, 1, 1, 2), ENTRY(1, 2, 1, 1), ENTRY(1, 1, 1, 1)};

static const Form fourfold_forms[] = {
#if LANES_REGISTERS >= 32
    ENTRY(4, 1, 1, 4), ENTRY(4, 1, 2, 2), ENTRY(4, 4, 1, 1), ENTRY(4, 1, 1, 2), ENTRY(4, 2, 1, 1),
#endif
    ENTRY(4, 1, 1, 1)};

#define COUNT(TABLE) ((int)(sizeof(TABLE) / sizeof *(TABLE)))

// The form that covers most of the map, times its positions; every form of one position covers all.
static const Form *best_form(const Form *forms, int count, int64_t blocks, int64_t height, int64_t width)
{
    const Form *best = forms + count - 1;
    int64_t most = 0;
    for (int i = 0; i < count; i++) {
        const Form *form = forms + i;
        int64_t covered = (blocks - blocks % form->blocks) * (height - height % form->high) *
                          (width - width % form->wide) * (form->blocks * form->high * form->wide);
        if (covered > most) {
            most = covered;
            best = form;
        }
    }
    return best;
}

typedef struct {
    int64_t block, y, x, blocks, height, width;
} Part;

// Fill a part of the map with whole tiles of one form, and what is left beside, below and behind them likewise.
static void fill(const Rectangle *all, Part part, int kind)
{
    if (part.blocks <= 0 || part.height <= 0 || part.width <= 0) return;
    int four = all->groups->rows == 4;
    const Form *form = best_form(four ? fourfold_forms : single_forms,
                                 four ? COUNT(fourfold_forms) : COUNT(single_forms), part.blocks, part.height,
                                 part.width);
    int64_t blocks = part.blocks - part.blocks % form->blocks, height = part.height - part.height % form->high,
            width = part.width - part.width % form->wide;
    Rectangle whole = *all;
    whole.in += part.block * all->in_block + part.y * all->in_row + part.x * (kind == STRIDED_IN ? 32 : 16);
    whole.out += part.block * all->out_block + part.y * all->out_row + part.x * (kind == STRIDED_OUT ? 32 : 16);
    whole.blocks = blocks;
    whole.height = height;
    whole.width = width;
    form->fill[kind](&whole);
    fill(all, (Part){part.block, part.y, part.x + width, blocks, height, part.width - width}, kind);
    fill(all, (Part){part.block, part.y + height, part.x, blocks, part.height - height, part.width}, kind);
    fill(all, (Part){part.block + blocks, part.y, part.x, part.blocks - blocks, part.height, part.width}, kind);
}

// Where three rows of all input channels under a tile fit into the innermost cache, every group reads them from there.
static int fits_cache(const Map *in)
{
    int64_t columns = in->width < 8 ? in->width + 2 : 10;
    return in->channels * 3 * columns * 64 <= 65536;
}

void convolve(const Work *work, const Convolve *operation)
{
    Map in = map_of(work, operation->in), out = map_of(work, operation->out);
    const Lists *lists = operation->lists;
    Part part = {0, 0, 0, work->blocks, out.height, out.width};
    Rectangle all = {
        .in = in.first, .in_block = in.block, .in_row = in.row,
        .out = out.first, .out_block = out.block, .out_channel = out.channel, .out_row = out.row,
        .offsets = lists->offsets, .values = lists->values, .add = operation->add, .tiles_first = fits_cache(&in),
        .ahead = fetch_distance(&out),
    };
    int kind = PLAIN;
    if (operation->parity_y >= 0) {
        kind = STRIDED_OUT;
        all.out += operation->parity_y * out.row + operation->parity_x * 16;
        all.out_row *= 2;
        part.height = (out.height - operation->parity_y + 1) / 2;
        part.width = (out.width - operation->parity_x + 1) / 2;
    } else if (operation->stride == 2) {
        kind = STRIDED_IN;
        all.in_row *= 2;
    }
    for (int64_t i = 0, next; i < lists->groups_count; i = next) {
        for (next = i + 1; next < lists->groups_count && lists->groups[next].rows == lists->groups[i].rows;) next++;
        all.groups = lists->groups + i;
        all.groups_count = next - i;
        fill(&all, part, kind);
    }
}
