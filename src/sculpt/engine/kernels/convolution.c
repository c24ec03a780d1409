// Convolution by lists: a map is cut into rectangles, each of tiles of one form; the form never changes a sum.
#include "operations.h"
#include "tiles.h"

// Neither map, the input or the output is passed over with stride 2; the first two also with what is written measured.
enum { PLAIN, STRIDED_IN, STRIDED_OUT, PLAIN_MEASURED, STRIDED_IN_MEASURED, KINDS };

typedef void Filling(const Rectangle *rectangle);
typedef struct {
    int32_t blocks, high, wide;
    Filling *fill[KINDS];
} Form;

#define NAME(ROWS, BLOCKS, HIGH, WIDE, KIND) rows##ROWS##_##BLOCKS##x##HIGH##x##WIDE##_##KIND
#define FILLING(ROWS, BLOCKS, HIGH, WIDE, KIND, IN_STEP, OUT_STEP, MEASURED)                                  \
    static __attribute__((noinline)) void NAME(ROWS, BLOCKS, HIGH, WIDE, KIND)(const Rectangle *rectangle)    \
    { tiles(ROWS, BLOCKS, HIGH, WIDE, IN_STEP, OUT_STEP, MEASURED, rectangle); }
#define FORM(ROWS, BLOCKS, HIGH, WIDE)                                  \
    FILLING(ROWS, BLOCKS, HIGH, WIDE, plain, 1, 1, 0)                   \
    FILLING(ROWS, BLOCKS, HIGH, WIDE, in, 2, 1, 0)                      \
    FILLING(ROWS, BLOCKS, HIGH, WIDE, out, 1, 2, 0)                     \
    FILLING(ROWS, BLOCKS, HIGH, WIDE, plain_measured, 1, 1, 1)          \
    FILLING(ROWS, BLOCKS, HIGH, WIDE, in_measured, 2, 1, 1)
#define ENTRY(ROWS, BLOCKS, HIGH, WIDE)                                                                            \
    {BLOCKS, HIGH, WIDE,                                                                                           \
     {NAME(ROWS, BLOCKS, HIGH, WIDE, plain), NAME(ROWS, BLOCKS, HIGH, WIDE, in), NAME(ROWS, BLOCKS, HIGH, WIDE, out), \
      NAME(ROWS, BLOCKS, HIGH, WIDE, plain_measured), NAME(ROWS, BLOCKS, HIGH, WIDE, in_measured)}}

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

enum { MOST_MEASURED = 128, MOST_BLOCKS = 4 }; // channels at a time, and blocks of a chunk

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

static const Form *form_of(const Rectangle *all, const Part *part)
{
    if (all->groups->rows == 4)
        return best_form(fourfold_forms, COUNT(fourfold_forms), part->blocks, part->height, part->width);
    return best_form(single_forms, COUNT(single_forms), part->blocks, part->height, part->width);
}

// Whether tiles that follow each other have their positions in the order (block, y, x), and nothing is left beside them.
static int is_ordered(const Form *form, const Part *part)
{
    int whole_rows = form->wide == part->width, whole_maps = whole_rows && form->high == part->height;
    return part->width % form->wide == 0 && part->height % form->high == 0 && part->blocks % form->blocks == 0 &&
           (form->high == 1 || whole_rows) && (form->blocks == 1 || whole_maps);
}

// Fill a part of the map with whole tiles of one form, and what is left beside, below and behind them likewise.
static void fill(const Rectangle *all, Part part, int kind)
{
    if (part.blocks <= 0 || part.height <= 0 || part.width <= 0) return;
    const Form *form = form_of(all, &part);
    int64_t blocks = part.blocks - part.blocks % form->blocks, height = part.height - part.height % form->high,
            width = part.width - part.width % form->wide;
    int64_t in_column = kind == STRIDED_IN || kind == STRIDED_IN_MEASURED ? 32 : 16;
    int64_t out_column = kind == STRIDED_OUT ? 32 : 16;
    Rectangle whole = *all;
    whole.in += part.block * all->in_block + part.y * all->in_row + part.x * in_column;
    whole.out += part.block * all->out_block + part.y * all->out_row + part.x * out_column;
    whole.blocks = blocks;
    whole.height = height;
    whole.width = width;
    form->fill[kind](&whole);
    fill(all, (Part){part.block, part.y, part.x + width, blocks, height, part.width - width}, kind);
    fill(all, (Part){part.block, part.y + height, part.x, blocks, part.height - height, part.width}, kind);
    fill(all, (Part){part.block + blocks, part.y, part.x, part.blocks - blocks, part.height, part.width}, kind);
}

// The same, and the statistics of the groups' channels: in passing, or afterwards where tiles would change the order.
static void fill_and_measure(const Work *work, Rectangle *all, Part part, int kind, const Measure *measured)
{
    const int64_t rows = all->groups->rows;
    if (!is_ordered(form_of(all, &part), &part)) {
        fill(all, part, kind);
        for (int64_t i = 0; i < all->groups_count; i++)
            measure_channels(work, measured, all->groups[i].channel, all->groups[i].channel + rows);
        return;
    }
    Moments moments[MOST_MEASURED];
    for (int64_t i = 0; i < all->groups_count * rows; i++) moments[i].begun = 0;
    Lanes with_image[MOST_BLOCKS];
    for (int64_t b = 0; b < work->blocks; b++) with_image[b] = lanes_first(images_in(work, b));
    all->moments = moments;
    all->with_image = with_image;
    fill(all, part, kind == PLAIN ? PLAIN_MEASURED : STRIDED_IN_MEASURED);
    lanes_streamed();
    for (int64_t i = 0; i < all->groups_count * rows; i++)
        moments_finish(work, &moments[i], measured->norm, all->groups[i / rows].channel + i % rows);
}

// Rows that all groups pass over before the next rows, a multiple of each form's: 0 where what lies under a tile fits the
// innermost cache, else as many as fit the next one.
static int32_t band_of(const Map *in)
{
    enum { INNERMOST = 65536, NEXT = 1 << 19 };
    int64_t columns = in->width < 8 ? in->width + 2 : 10, row = 4 * in->channels * in->row;
    if (in->channels * 3 * columns * 64 <= INNERMOST) return 0;
    int64_t rows = (NEXT / row - 2) / 4 * 4;
    return rows < 4 ? 4 : (int32_t)rows;
}

static void convolve_perhaps_measure(const Work *work, const Convolve *operation, const Measure *measured)
{
    Map in = map_of(work, operation->in), out = map_of(work, operation->out);
    const Lists *lists = operation->lists;
    Part part = {0, 0, 0, work->blocks, out.height, out.width};
    Rectangle all = {
        .in = in.first, .in_block = in.block, .in_row = in.row,
        .out = out.first, .out_block = out.block, .out_channel = out.channel, .out_row = out.row,
        .offsets = lists->offsets, .values = lists->values, .add = operation->add, .band = band_of(&in),
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
    const int64_t most = measured ? MOST_MEASURED / 4 : lists->groups_count;
    for (int64_t i = 0, next; i < lists->groups_count; i = next) {
        for (next = i + 1; next < lists->groups_count && next - i < most;) {
            if (lists->groups[next].rows != lists->groups[i].rows) break;
            next++;
        }
        all.groups = lists->groups + i;
        all.groups_count = next - i;
        if (measured) fill_and_measure(work, &all, part, kind, measured);
        else fill(&all, part, kind);
    }
}

void convolve(const Work *work, const Convolve *operation) { convolve_perhaps_measure(work, operation, NULL); }

void convolve_and_measure(const Work *work, const Convolve *operation, const Measure *measured)
{
    convolve_perhaps_measure(work, operation, measured);
}
