// Programs: batch after batch, phase after phase, chunk after chunk.
#include <time.h>
#include "elementary.h"
#include "mode.h"
#include "operations.h"
#include "threads.h"

static void perform(const Work *work, const Operation *operation)
{
    const void *arguments = operation->arguments;
    switch (operation->kind) {
    case PACK: pack(work, arguments); break;
    case CONVOLVE: convolve(work, arguments); break;
    case CORRELATE: correlate(work, arguments); break;
    case COLLECT: collect(work, arguments); break;
    case MEASURE: measure(work, arguments); break;
    case NORMALISE: normalise(work, arguments); break;
    case RECALL: recall(work, arguments); break;
    case ACTIVATE: activate(work, arguments); break;
    case DEACTIVATE: deactivate(work, arguments); break;
    case DIFFERENTIATE: differentiate(work, arguments); break;
    case DENORMALISE: denormalise(work, arguments); break;
    case ADD: add(work, arguments); break;
    case MAX_POOL: max_pool(work, arguments); break;
    case MAX_POOL_GRADIENT: max_pool_gradient(work, arguments); break;
    case MEAN: mean(work, arguments); break;
    case MEAN_GRADIENT: mean_gradient(work, arguments); break;
    case CROSS_ENTROPY: cross_entropy(work, arguments); break;
    case CONCLUDE: conclude(work, arguments); break;
    case DESCEND: descend(work, arguments); break;
    case GATHER: gather(work, arguments); break;
    }
}

typedef struct {
    Work work; // of the batch
    const Phase *phase;
    int32_t backwards; // every other phase begins with the chunks that the caches still hold
} Task;

// Whether what a convolution writes is measured next.
static int is_measured(const Operation *first, const Operation *second)
{
    if (first->kind != CONVOLVE || second->kind != MEASURE) return 0;
    const Convolve *convolution = first->arguments;
    const Measure *measured = second->arguments;
    return convolution->out == measured->z && convolution->parity_y < 0;
}

static void perform_chunk(void *context, int64_t turn, int32_t thread)
{
    const Task *task = context;
    Work work = task->work;
    int64_t chunk = task->backwards ? work.chunks - 1 - turn : turn;
    int64_t blocks = (work.count + 15) / 16 - chunk * work.blocks_per_chunk;
    work.chunk = chunk;
    work.blocks = (int32_t)(blocks < work.blocks_per_chunk ? blocks : work.blocks_per_chunk);
    work.thread = thread;
    Mode before = mode_own();
    const Operation *operation = task->phase->operations, *end = operation + task->phase->operations_count;
    while (operation < end) {
        int both = operation + 1 < end && is_measured(operation, operation + 1);
        if (both) convolve_and_measure(&work, operation[0].arguments, operation[1].arguments);
        else perform(&work, operation);
        operation += 1 + both;
    }
    mode_set(before);
}

static void perform_finals(const Task *task)
{
    Mode before = mode_own();
    for (int32_t i = 0; i < task->phase->finals_count; i++) perform(&task->work, task->phase->finals + i);
    mode_set(before);
}

static void run_batch(const Program *program, Team *team, const Images *images, const Batches *batches, int64_t batch)
{
    Task task = {.work = {.images = images, .batches = batches, .batch = batch}};
    int64_t left = batches->images - batch * batches->batch_size;
    int64_t per_chunk = 16 * (int64_t)program->blocks_per_chunk;
    task.work.count = left < batches->batch_size ? left : batches->batch_size;
    task.work.chunks = (task.work.count + per_chunk - 1) / per_chunk;
    task.work.blocks_per_chunk = program->blocks_per_chunk;
    for (int32_t i = 0; i < program->phases_count; i++) {
        task.phase = program->phases + i;
        task.backwards = i % 2;
        if (team && task.phase->operations_count)
            team_run(team, perform_chunk, &task, task.work.chunks);
        else
            for (int64_t chunk = 0; chunk < task.work.chunks; chunk++) perform_chunk(&task, chunk, 0);
        perform_finals(&task);
    }
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

int64_t sculpt_run(const Program *program, const Images *images, const Batches *batches, int64_t first, double seconds)
{
    int64_t end = (batches->images + batches->batch_size - 1) / batches->batch_size, batch = first;
    double start = now();
    Team *team = program->threads > 1 ? team_start(program->threads) : NULL;
    while (batch < end) {
        run_batch(program, team, images, batches, batch++);
        if (seconds > 0 && now() - start >= seconds) break;
    }
    if (team) team_stop(team);
    return batch;
}

const char *sculpt_variant(void) { return VARIANT; }
const char *sculpt_source(void) { return SCULPT_SOURCE; }

int32_t sculpt_supports(const char *variant)
{
    if (!strcmp(variant, "generic")) return 1;
#if defined(__x86_64__)
    if (!strcmp(variant, "avx2")) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (!strcmp(variant, "avx512"))
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#elif defined(__aarch64__)
    if (!strcmp(variant, "neon")) return 1;
#endif
    return 0;
}

void sculpt_exp(const float *x, float *y, int64_t count)
{
    Mode before = mode_own();
    for (int64_t i = 0; i < count; i++) y[i] = (float)exponential(x[i]);
    mode_set(before);
}

void sculpt_log(const float *x, float *y, int64_t count)
{
    Mode before = mode_own();
    for (int64_t i = 0; i < count; i++) y[i] = (float)logarithm(x[i]);
    mode_set(before);
}
