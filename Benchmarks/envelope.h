/* As much of the service's JSON envelope as counting needs: frames made, and a look at the bytes of those that come. */
#ifndef ENVELOPE_H
#define ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What came, in either dialect of the service. OPEN and PING are Socket.IO's alone. */
enum kind { KIND_OTHER, KIND_MESSAGE, KIND_ACK, KIND_REFUSED, KIND_READY, KIND_ERROR, KIND_OPEN, KIND_PING };

static inline int envelope_send(
    char *to, size_t capacity, const char *id, const char *prefix, int room, const char *content, int length)
{
    return snprintf(to, capacity,
        "{\"id\":\"%s\",\"type\":\"message:send\",\"conversationId\":\"%sc%d\","
        "\"data\":{\"content\":\"%.*s\"},\"ack\":true}", id, prefix, room, length, content);
}

static inline int envelope_join(char *to, size_t capacity, const char *prefix, int number, int room)
{
    return snprintf(to, capacity,
        "{\"id\":\"%sj%d\",\"type\":\"conversation:join\",\"conversationId\":\"%sc%d\",\"data\":{},\"ack\":true}",
        prefix, number, prefix, room);
}

static inline bool envelope_has(const uint8_t *text, size_t length, const char *part)
{
    return memmem(text, length, part, strlen(part));
}

/* Whether the first `"type"` of a frame, which is the envelope's, is `name`. */
static inline bool envelope_is(const uint8_t *text, size_t length, const char *name)
{
    static const char mark[] = "\"type\":\"";
    enum { MARK = sizeof mark - 1 };
    static size_t place; /* it stands in the same place of most frames */
    size_t size = strlen(name);
    if (place + MARK > length || memcmp(text + place, mark, MARK)) {
        const uint8_t *found = memmem(text, length < 256 ? length : 256, mark, MARK);
        if (!found) return false;
        place = (size_t)(found - text);
    }
    const uint8_t *type = text + place + MARK;
    return length - place - MARK > size && !memcmp(type, name, size) && type[size] == '"';
}

static inline enum kind envelope_kind(const uint8_t *text, size_t length)
{
    if (envelope_is(text, length, "message:new")) return KIND_MESSAGE;
    if (envelope_is(text, length, "ack"))
        return envelope_has(text, length, "\"success\":true") ? KIND_ACK : KIND_REFUSED;
    if (envelope_is(text, length, "session:ready")) return KIND_READY;
    return envelope_is(text, length, "error") ? KIND_ERROR : KIND_OTHER;
}

#endif
