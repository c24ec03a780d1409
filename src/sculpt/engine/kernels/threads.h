// A few threads that take the chunks of one phase after the other.
#ifndef SCULPT_THREADS_H
#define SCULPT_THREADS_H
#include <stdint.h>

typedef void Job(void *context, int64_t chunk, int32_t thread);
typedef struct Team Team;

// A team of `threads` with the caller's; null where there is no memory or no thread to be had.
Team *team_start(int32_t threads);
// Run the job on chunks 0 to count - 1, in any order, and wait for all.
void team_run(Team *team, Job *job, void *context, int64_t count);
void team_stop(Team *team);
#endif
