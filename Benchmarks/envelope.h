/* As much of the service's JSON envelope as counting needs: a look at the bytes, no parser. */
#ifndef ENVELOPE_H
#define ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

#endif
