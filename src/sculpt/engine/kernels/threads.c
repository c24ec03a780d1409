#include "threads.h"
#include <pthread.h>
#include <stdlib.h>

struct Team {
    pthread_mutex_t lock;
    pthread_cond_t begin, end;
    Job *job;
    void *context;
    int64_t next, count, round; // the next chunk to take, of how many; jobs so far
    int32_t busy, stopped;      // threads beside the caller's that have not finished the job
    int32_t started;            // threads beside the caller's
    pthread_t *threads;
};

typedef struct {
    Team *team;
    int32_t number;
} Member;

// Take chunk after chunk; the lock is held on entry and on return.
static void take_chunks(Team *team, int32_t thread)
{
    while (team->next < team->count) {
        int64_t chunk = team->next++;
        pthread_mutex_unlock(&team->lock);
        team->job(team->context, chunk, thread);
        pthread_mutex_lock(&team->lock);
    }
}

static void *member_run(void *argument)
{
    Member member = *(Member *)argument;
    Team *team = member.team;
    free(argument);
    int64_t seen = 0;
    pthread_mutex_lock(&team->lock);
    for (;;) {
        while (team->round == seen && !team->stopped) pthread_cond_wait(&team->begin, &team->lock);
        if (team->stopped) break;
        seen = team->round;
        take_chunks(team, member.number);
        if (--team->busy == 0) pthread_cond_signal(&team->end);
    }
    pthread_mutex_unlock(&team->lock);
    return NULL;
}

static int start_member(Team *team)
{
    Member *member = malloc(sizeof *member);
    if (!member) return 0;
    *member = (Member){team, team->started + 1};
    if (pthread_create(&team->threads[team->started], NULL, member_run, member)) {
        free(member);
        return 0;
    }
    team->started++;
    return 1;
}

Team *team_start(int32_t threads)
{
    Team *team = calloc(1, sizeof *team);
    if (!team) return NULL;
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->begin, NULL);
    pthread_cond_init(&team->end, NULL);
    team->threads = calloc((size_t)threads, sizeof *team->threads);
    while (team->threads && team->started + 1 < threads)
        if (!start_member(team)) break; // fewer threads give the same bits
    return team;
}

void team_run(Team *team, Job *job, void *context, int64_t count)
{
    pthread_mutex_lock(&team->lock);
    team->job = job;
    team->context = context;
    team->next = 0;
    team->count = count;
    if (count > 1) {
        team->busy = team->started;
        team->round++;
        pthread_cond_broadcast(&team->begin);
    }
    take_chunks(team, 0);
    while (team->busy) pthread_cond_wait(&team->end, &team->lock);
    pthread_mutex_unlock(&team->lock);
}

void team_stop(Team *team)
{
    pthread_mutex_lock(&team->lock);
    team->stopped = 1;
    pthread_cond_broadcast(&team->begin);
    pthread_mutex_unlock(&team->lock);
    for (int32_t i = 0; i < team->started; i++) pthread_join(team->threads[i], NULL);
    pthread_cond_destroy(&team->begin);
    pthread_cond_destroy(&team->end);
    pthread_mutex_destroy(&team->lock);
    free(team->threads);
    free(team);
}
