/* As much of Socket.IO as counting needs: packets made, a look at those that come, and polling's HTTP. */
#ifndef SOCKETIO_H
#define SOCKETIO_H

#include <stdlib.h>
#include "envelope.h"

enum {
    SOCKETIO_JOIN = 0, /* the acknowledgement id of a join; message n has n + 1 */
    SOCKETIO_SEPARATOR = 0x1E, /* between the packets of one body of polling */
};

/* CONNECT with the token and with each `name=value` of `query`, whose values must be JSON. */
static inline int socketio_connect(char *to, size_t capacity, const char *token, const char *query)
{
    int size = snprintf(to, capacity, "40{\"token\":\"%s\"", token);
    while (*query && size < (int)capacity) {
        int name = (int)strcspn(query, "=&"), whole = (int)strcspn(query, "&");
        int value = name < whole ? whole - name - 1 : 0;
        const char *from = query + whole - value;
        size += snprintf(to + size, capacity - (size_t)size, ",\"%.*s\":%.*s", name, query, value, from);
        query += whole + (query[whole] == '&');
    }
    return size < (int)capacity ? size + snprintf(to + size, capacity - (size_t)size, "}") : size;
}

/* EVENT with a frame as its one argument. */
static inline int socketio_event(char *to, size_t capacity, uint64_t ack, const char *name, const char *frame)
{
    return snprintf(to, capacity, "42%llu[\"%s\",%s]", (unsigned long long)ack, name, frame);
}

static inline bool socketio_starts(const uint8_t *packet, size_t length, const char *start)
{
    size_t size = strlen(start);
    return length >= size && !memcmp(packet, start, size);
}

static inline enum kind socketio_kind(const uint8_t *packet, size_t length)
{
    if (socketio_starts(packet, length, "42[\"message:new\",")) return KIND_MESSAGE;
    if (socketio_starts(packet, length, "43"))
        return envelope_has(packet, length, "\"success\":true") ? KIND_ACK : KIND_REFUSED;
    if (socketio_starts(packet, length, "42[\"session:ready\",")) return KIND_READY;
    if (socketio_starts(packet, length, "42[\"error\",")) return KIND_ERROR;
    if (socketio_starts(packet, length, "42[") || socketio_starts(packet, length, "40")) return KIND_OTHER;
    if (socketio_starts(packet, length, "0{")) return KIND_OPEN;
    return length == 1 && *packet == '2' ? KIND_PING : KIND_ERROR; /* CONNECT_ERROR, DISCONNECT, close */
}

/* Long-polling: one connection, one request at a time, and what is to be posted waits for the answer before it. */
struct polling {
    bool busy, getting; /* a request is not yet answered; that it is, or was, a GET */
    char sid[64];       /* empty before the handshake's answer */
    char post[8192];    /* packets for the next request */
};

static inline void polling_post(struct polling *p, const char *packet)
{
    size_t used = strlen(p->post), left = sizeof p->post - used;
    if (snprintf(p->post + used, left, "%s%s", used ? "\x1E" : "", packet) >= (int)left) abort();
}

/* Writes the next request: a POST of what waits, else a GET. */
static inline int polling_request(struct polling *p, char *to, size_t capacity, int port)
{
    char length[64] = "";
    if (*p->post) snprintf(length, sizeof length, "Content-Length: %zu\r\n", strlen(p->post));
    int size = snprintf(to, capacity,
        "%s /socket.io/?EIO=4&transport=polling%s%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n%s",
        *p->post ? "POST" : "GET", *p->sid ? "&sid=" : "", p->sid, port, length, p->post);
    p->busy = true;
    p->getting = !*p->post;
    *p->post = 0;
    return size;
}

/* Takes the session's id from the packet of the handshake. */
static inline void polling_opened(struct polling *p, const uint8_t *packet, size_t length)
{
    static const char mark[] = "\"sid\":\"";
    const uint8_t *sid = memmem(packet, length, mark, sizeof mark - 1), *end = packet + length;
    if (!sid) return;
    sid += sizeof mark - 1;
    for (size_t i = 0; i + 1 < sizeof p->sid && sid + i < end && sid[i] != '"'; i++) p->sid[i] = (char)sid[i];
}

/* The size of an answer and where its body begins; 0 if it has not come whole, -1 if it is no 200. */
static inline long polling_answer(const uint8_t *at, size_t available, const uint8_t **body)
{
    static const char mark[] = "\r\nContent-Length: ";
    const uint8_t *end = memmem(at, available, "\r\n\r\n", 4);
    if (!end) return 0;
    const uint8_t *length = memmem(at, (size_t)(end - at), mark, sizeof mark - 1);
    if (!length || !socketio_starts(at, available, "HTTP/1.1 200 ")) return -1;
    *body = end + 4;
    long whole = *body - at + strtol((const char *)length + sizeof mark - 1, NULL, 10);
    return whole <= (long)available ? whole : 0;
}

#endif
