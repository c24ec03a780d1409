// Run a program that program_file.py wrote, with the kernels that this is compiled with, and write the parameters out.
//   run_program FILE RESULT
#include "program.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t start, bytes; // where it was
    char *here;
} Stretch;

static Stretch *stretches;
static int64_t stretches_count;

static void must(int holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "run_program: %s\n", what);
    exit(1);
}

// Where what was at an address is now; one just behind a stretch is in none.
static char *moved(int64_t address)
{
    int64_t low = 0, high = stretches_count;
    while (high - low > 1) {
        int64_t middle = (low + high) / 2;
        if (stretches[middle].start <= address) low = middle;
        else high = middle;
    }
    int64_t offset = address - stretches[low].start;
    must(offset >= 0 && offset < stretches[low].bytes, "a pointer leads out of the file");
    return stretches[low].here + offset;
}

static void *read_all(FILE *file, size_t bytes)
{
    void *to = aligned_alloc(64, (bytes + 127) / 64 * 64);
    must(to && fread(to, 1, bytes, file) == bytes, "the file is too short");
    return to;
}

int main(int count, char **arguments)
{
    must(count == 3, "run_program FILE RESULT");
    FILE *file = fopen(arguments[1], "rb");
    must(file != NULL, "no such file");
    struct { int64_t stretches, pointers, program, images, batches, batches_count, weights, weights_bytes; } head;
    must(fread(&head, sizeof head, 1, file) == 1, "the file is too short");
    stretches_count = head.stretches;
    stretches = calloc(stretches_count, sizeof *stretches);
    int64_t *places = read_all(file, stretches_count * 16), *pointers = read_all(file, head.pointers * 8);
    for (int64_t i = 0; i < stretches_count; i++) {
        Stretch *stretch = &stretches[i];
        stretch->start = places[2 * i];
        stretch->bytes = places[2 * i + 1];
        int64_t behind = stretch->start % 64; // what was aligned stays so
        char *room = aligned_alloc(64, (behind + stretch->bytes + 127) / 64 * 64);
        must(room != NULL, "no memory");
        stretch->here = room + behind;
        must(fread(stretch->here, 1, stretch->bytes, file) == (size_t)stretch->bytes, "the file is too short");
    }
    for (int64_t i = 0; i < head.pointers; i++) {
        int64_t before;
        char *slot = moved(pointers[i]);
        memcpy(&before, slot, 8);
        char *now = moved(before);
        memcpy(slot, &now, 8);
    }
    const Program *program = (const Program *)moved(head.program);
    const Images *images = (const Images *)moved(head.images);
    const Batches *batches = (const Batches *)moved(head.batches);
    int64_t done = sculpt_run(program, images, batches, 0, 0);
    must(done == head.batches_count, "not all batches were run");
    FILE *result = fopen(arguments[2], "wb");
    must(result && fwrite(moved(head.weights), 1, head.weights_bytes, result) == (size_t)head.weights_bytes, "no result");
    fclose(result);
    return 0;
}
