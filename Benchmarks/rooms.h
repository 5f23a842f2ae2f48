/* Rooms of the load client: which of their messages are under way, how they are made, and what a delivery says of one. */
#ifndef ROOMS_H
#define ROOMS_H

#include <time.h>

#include "connection.h"
#include "histogram.h"

enum { ID_BYTES = 48 };

struct slot { uint64_t sent_at; int missing; };

struct room {
    uint64_t sent, complete; /* messages sent, and how many of them everybody has */
    struct slot *slots;      /* message n is in slot n % in_flight */
};

static struct room *room_table;
static struct histogram latencies;
static uint64_t completed, now;
static bool sending, measuring;

static uint64_t clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int message_id(char id[ID_BYTES], int room, uint64_t message)
{
    return snprintf(id, ID_BYTES, "%s%d-%llu", options.prefix, room, (unsigned long long)message);
}

/* Words, the same ones in every run, that deflate about as prose does. */
static void fill(char *content, int filled)
{
    static const char *const syllables[] = {"an", "ber", "co", "del", "en", "fa", "gor", "hi", "in", "ka", "lo", "mer", "no",
        "or", "pel", "qua", "ri", "sto", "tu", "un", "vel", "wa", "yes", "zin", "th", "ing", "ed", "ly", "er", "a", "o", "s"};
    static uint32_t random = 1;
    for (int place = 0; filled < options.content_bytes; place++) {
        random = random * 1664525 + 1013904223;
        /* Two or three syllables a word, common ones more often. */
        uint32_t pick = (random >> 24 & 31) & ((random >> 16 & 31) | 7);
        for (const char *s = place % 3 == 2 ? " " : syllables[pick]; *s && filled < options.content_bytes; s++)
            content[filled++] = *s;
    }
}

static void queue_message(int number)
{
    struct room *room = &room_table[number];
    char id[ID_BYTES], packet[FRAME_BYTES], text[FRAME_BYTES / 2], content[FRAME_BYTES / 2];
    message_id(id, number, room->sent);
    int size, filled = snprintf(content, sizeof content, "%s ", id);
    fill(content, filled);
    if (options.dialect == BARE) {
        queue_text(content, (size_t)options.content_bytes);
    } else {
        size = envelope_send(text, sizeof text, id, options.prefix, number, content, options.content_bytes);
        if (socketio()) size = socketio_event(packet, sizeof packet, room->sent + 1, "message:send", text);
        queue_text(socketio() ? packet : text, (size_t)size);
    }
    room->slots[room->sent % (unsigned)options.in_flight] = (struct slot){clock_ns(), options.members};
    room->sent++;
}

static void delivered(struct connection *c, const uint8_t *payload, size_t length, bool readable)
{
    struct room *room = &room_table[room_of(c)];
    if (c->received >= room->sent) {
        fail("connection %d: a message that nobody sent", c->number);
        return;
    }
    if (readable && (is_sender(c) || c->received % 64 == 0)) {
        char id[ID_BYTES + 32], expected[ID_BYTES];
        message_id(expected, room_of(c), c->received);
        const char *form = options.dialect == BARE ? "%s "
            : !is_sender(c) ? "\"clientId\":\"%s\"" : "\"replyTo\":\"%s\"";
        int size = snprintf(id, sizeof id, form, expected);
        if (socketio() && is_sender(c)) size = snprintf(id, sizeof id, "43%llu[", (unsigned long long)c->received + 1);
        if (!memmem(payload, length, id, (size_t)size)) {
            fail("connection %d: expected %s, got %.*s", c->number, expected, (int)length, (const char *)payload);
            return;
        }
    }
    struct slot *slot = &room->slots[c->received++ % (unsigned)options.in_flight];
    if (measuring) histogram_record(&latencies, now > slot->sent_at ? now - slot->sent_at : 0);
    if (--slot->missing) return;
    room->complete++;
    completed += measuring;
    if (sending) queue_message(room_of(c));
}

#endif
