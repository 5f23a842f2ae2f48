/* Latencies, counted in steps of less than 2 %: 64 for each power of two of nanoseconds. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_STEPS = 64 };

struct histogram {
    uint64_t total;
    uint64_t counts[64 * HISTOGRAM_STEPS];
};

static inline void histogram_record(struct histogram *h, uint64_t ns)
{
    if (ns < HISTOGRAM_STEPS) ns = HISTOGRAM_STEPS;
    unsigned power = 63 - (unsigned)__builtin_clzll(ns);
    h->counts[power * HISTOGRAM_STEPS + (ns >> (power - 6)) % HISTOGRAM_STEPS]++;
    h->total++;
}

/* Milliseconds that the given share of all latencies did not exceed; 0 when there are none. */
static inline double histogram_percentile(const struct histogram *h, double share)
{
    uint64_t wanted = (uint64_t)(share * (double)h->total), seen = 0;
    for (uint64_t i = 6 * HISTOGRAM_STEPS; i < 64 * HISTOGRAM_STEPS; i++)
        if ((seen += h->counts[i]) > wanted)
            return (double)((HISTOGRAM_STEPS + i % HISTOGRAM_STEPS + 1) << (i / HISTOGRAM_STEPS - 6)) / 1e6;
    return 0;
}

#endif
