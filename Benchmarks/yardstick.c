/*
 * The yardstick: the least a server can do to fan a message out with one system call per delivery.
 *
 * One thread, one epoll, one `send` for every (message, connection) pair, nothing joined, nothing parsed, nobody
 * authenticated. A text message goes to every connection of its room, the sender's own included. The room is
 * the query of the URL: `/?room=NAME`. Of RFC 6455 only what a well-behaved client needs: the handshake, masked
 * unfragmented text frames, ping and close. Whatever else comes in ends that connection.
 *
 * usage: yardstick [--port N] [--seconds N]      prints `yardstick ready PORT`, ends by itself after N seconds
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    MESSAGE_BYTES = 4096,             /* longest message taken */
    INPUT_BYTES = 4 * MESSAGE_BYTES,  /* per connection: request head, or frames not yet complete */
    ROOM_NAME_BYTES = 64,
    EVENTS = 256,
};

struct connection;

struct room {
    char name[ROOM_NAME_BYTES];
    struct connection **members;
    size_t count, capacity;
    struct room *next;
};

struct connection {
    int fd;
    struct room *room; /* NULL until the handshake is done */
    size_t place;      /* index in room->members */
    size_t used;
    uint8_t input[INPUT_BYTES];
};

static struct room *rooms;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* SHA-1 (FIPS 180-4) of a text of at most 119 bytes, which is all a handshake needs: two blocks. */
static void sha1(const uint8_t *text, size_t length, uint8_t digest[20])
{
    uint8_t block[128] = {0};
    size_t blocks = length < 56 ? 1 : 2;
    memcpy(block, text, length);
    block[length] = 0x80;
    block[blocks * 64 - 2] = (uint8_t)(length * 8 >> 8);
    block[blocks * 64 - 1] = (uint8_t)(length * 8);

    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    for (size_t b = 0; b < blocks; b++) {
        uint32_t w[80];
        for (int i = 0; i < 16; i++) {
            const uint8_t *p = block + b * 64 + i * 4;
            w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++) {
            uint32_t x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16];
            w[i] = x << 1 | x >> 31;
        }
        uint32_t s[5];
        memcpy(s, h, sizeof s);
        for (int i = 0; i < 80; i++) {
            uint32_t f, k;
            if (i < 20) { f = (s[1] & s[2]) | (~s[1] & s[3]); k = 0x5A827999; }
            else if (i < 40) { f = s[1] ^ s[2] ^ s[3]; k = 0x6ED9EBA1; }
            else if (i < 60) { f = (s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3]); k = 0x8F1BBCDC; }
            else { f = s[1] ^ s[2] ^ s[3]; k = 0xCA62C1D6; }
            uint32_t t = (s[0] << 5 | s[0] >> 27) + f + s[4] + k + w[i];
            s[4] = s[3]; s[3] = s[2]; s[2] = s[1] << 30 | s[1] >> 2; s[1] = s[0]; s[0] = t;
        }
        for (int i = 0; i < 5; i++) h[i] += s[i];
    }
    for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - i % 4 * 8));
}

/* Base64 of the 20 bytes of a digest: 28 characters. */
static void base64(const uint8_t digest[20], char text[29])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t padded[21] = {0};
    memcpy(padded, digest, 20);
    for (int i = 0; i < 7; i++) {
        uint32_t n = (uint32_t)padded[i * 3] << 16 | (uint32_t)padded[i * 3 + 1] << 8 | padded[i * 3 + 2];
        for (int j = 0; j < 4; j++) text[i * 4 + j] = letters[n >> (18 - 6 * j) & 63];
    }
    text[27] = '=';
    text[28] = 0;
}

static struct room *room_named(const char *name, size_t length)
{
    for (struct room *room = rooms; room; room = room->next)
        if (strlen(room->name) == length && !memcmp(room->name, name, length)) return room;
    struct room *room = calloc(1, sizeof *room);
    if (!room) die("calloc");
    memcpy(room->name, name, length);
    room->next = rooms;
    return rooms = room;
}

static void enter(struct connection *c, struct room *room)
{
    if (room->count == room->capacity) {
        room->capacity = room->capacity ? room->capacity * 2 : 16;
        room->members = realloc(room->members, room->capacity * sizeof *room->members);
        if (!room->members) die("realloc");
    }
    c->room = room;
    c->place = room->count;
    room->members[room->count++] = c;
}

static void close_connection(struct connection *c)
{
    if (c->room) {
        struct connection *last = c->room->members[--c->room->count];
        c->room->members[c->place] = last;
        last->place = c->place;
    }
    close(c->fd);
    free(c);
}

/*
 * One frame, one `send`. Who cannot take it whole is shut down, and reaped by its own epoll event: the load client
 * bounds what is in flight far below a socket's buffer, so this happens to no reader that lives.
 */
static void deliver(struct connection *c, const uint8_t *frame, size_t length)
{
    if (send(c->fd, frame, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length) shutdown(c->fd, SHUT_RDWR);
}

/* Answers the request head in `c->input`. Returns the bytes it took, 0 if it is not complete, -1 to close. */
static long handshake(struct connection *c)
{
    static const char key_name[] = "Sec-WebSocket-Key: ", room_name[] = "?room=";
    char *head = (char *)c->input;
    char *end = memmem(head, c->used, "\r\n\r\n", 4);
    if (!end) return 0;
    char *key = memmem(head, (size_t)(end - head), key_name, sizeof key_name - 1);
    char *room = memmem(head, (size_t)(end - head), room_name, sizeof room_name - 1);
    if (!key || !room || (key += sizeof key_name - 1) + 24 > end) return -1;
    room += sizeof room_name - 1;
    size_t length = strcspn(room, " &\r");
    if (length == 0 || length >= ROOM_NAME_BYTES) return -1;

    uint8_t digest[20];
    char accept_key[29], text[24 + 36 + 1], answer[256];
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    sha1((uint8_t *)text, strlen(text), digest);
    base64(digest, accept_key);
    int size = snprintf(answer, sizeof answer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %s\r\n\r\n", accept_key);
    enter(c, room_named(room, length));
    deliver(c, (uint8_t *)answer, (size_t)size);
    return end + 4 - head;
}

/* Handles the frame at `at`. Returns the bytes it took, 0 if it is not complete, -1 to close. */
static long frame(struct connection *c, uint8_t *at, size_t available)
{
    if (available < 2) return 0;
    if (!(at[1] & 0x80)) return -1;
    size_t length = at[1] & 127, head = 6;
    if (length == 127) return -1; /* a 64-bit length is more than this server takes */
    if (length == 126) {
        head = 8;
        if (available < 4) return 0;
        length = (size_t)at[2] << 8 | at[3];
    }
    if (length > MESSAGE_BYTES) return -1;
    if (available < head + length) return 0;

    uint8_t *mask = at + head - 4, *payload = at + head;
    for (size_t i = 0; i < length; i++) payload[i] ^= mask[i & 3];
    uint8_t opcode = at[0];
    /* The head that goes out is shorter than the one that came in: it fits before the payload, in place. */
    uint8_t *out = payload - (length < 126 ? 2 : 4);
    out[0] = opcode;
    out[1] = (uint8_t)(length < 126 ? length : 126);
    if (length >= 126) {
        out[2] = (uint8_t)(length >> 8);
        out[3] = (uint8_t)length;
    }
    size_t size = (size_t)(payload - out) + length;
    switch (opcode) {
    case 0x81: /* text, whole */
        for (size_t i = 0; i < c->room->count; i++) deliver(c->room->members[i], out, size);
        break;
    case 0x89: /* ping */
        out[0] = 0x8A;
        deliver(c, out, size);
        break;
    case 0x8A: /* pong */
        break;
    default: /* close, or what this server does not know */
        return -1;
    }
    return (long)(head + length);
}

/* Returns false when the connection is over. */
static bool readable(struct connection *c)
{
    ssize_t got = recv(c->fd, c->input + c->used, sizeof c->input - c->used - 1, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) return false;
    c->used += (size_t)got;
    c->input[c->used] = 0; /* so that the request head is a C string */
    size_t done = 0;
    while (done < c->used) {
        long took = c->room ? frame(c, c->input + done, c->used - done) : handshake(c);
        if (took < 0) return false;
        if (took == 0) break;
        done += (size_t)took;
    }
    c->used -= done;
    memmove(c->input, c->input + done, c->used);
    return c->used < sizeof c->input - 1;
}

static int listen_on(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0) die("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, size) || listen(fd, 4096)) die("listen");
    if (getsockname(fd, (struct sockaddr *)&address, &size)) die("getsockname");
    printf("yardstick ready %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void accept_all(int listener, int epoll)
{
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, 0)) >= 0) {
        struct connection *c = calloc(1, sizeof *c);
        if (!c) die("calloc");
        c->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
    }
    if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) die("accept");
}

int main(int count, char **arguments)
{
    unsigned seconds = 120;
    uint16_t port = 0;
    for (int i = 1; i < count; i += 2) {
        if (i + 1 < count && !strcmp(arguments[i], "--port")) port = (uint16_t)atoi(arguments[i + 1]);
        else if (i + 1 < count && !strcmp(arguments[i], "--seconds")) seconds = (unsigned)atoi(arguments[i + 1]);
        else return fprintf(stderr, "usage: yardstick [--port N] [--seconds N]\n"), 64;
    }
    alarm(seconds); /* its default action ends the process */

    int epoll = epoll_create1(0), listener = listen_on(port);
    struct epoll_event events[EVENTS], event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event)) die("epoll");
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < ready; i++) {
            if (!events[i].data.ptr) accept_all(listener, epoll);
            else if (!readable(events[i].data.ptr)) close_connection(events[i].data.ptr);
        }
    }
}
