/* The load client's connections: how one is opened, and how its frames and packets leave. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "frames.h"
#include "options.h"
#include "socketio.h"

enum { FRAME_BYTES = 16384 }; /* longest frame sent, and longest request head */

enum state { OPENING, SIGNING_IN, SIGNED_IN, JOINING, RUNNING };

struct connection {
    int fd, number;
    enum state state;
    uint64_t received; /* messages of the room seen here, the sender's own among them */
    uint8_t *rest;     /* a frame that has come in part */
    size_t rest_length, rest_capacity;
    struct polling *polling; /* NULL: by WebSocket */
};

static struct options options;
static int epoll;
static uint8_t *outgoing; /* the frames of one turn for one sender */
static size_t outgoing_length, outgoing_capacity;
static uint64_t errors;
static bool failed;

/* An error that ends the run; the first ones are told. */
__attribute__((format(printf, 1, 2))) static void fail(const char *format, ...)
{
    failed = true;
    if (errors++ >= 5) return;
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "load: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
}

static int room_of(const struct connection *c) { return c->number / options.members; }
static bool is_sender(const struct connection *c) { return c->number % options.members == 0; }
static bool socketio(void) { return options.dialect >= SOCKETIO; }

static const char *token_of(const struct connection *c) { return options.tokens[c->number % options.token_count]; }

static void flush_to(struct connection *c)
{
    if (outgoing_length && send(c->fd, outgoing, outgoing_length, MSG_NOSIGNAL) != (ssize_t)outgoing_length)
        fail("connection %d: send: %s", c->number, strerror(errno));
    outgoing_length = 0;
}

/* Appends one frame to what the next flush sends. */
static void queue_text(const char *text, size_t length)
{
    if (outgoing_length + length + FRAME_HEAD_BYTES > outgoing_capacity) abort();
    outgoing_length += frames_encode(outgoing + outgoing_length, FRAME_TEXT, text, length);
}

/* Sends one frame at once, before what the next flush sends. */
static void send_frame(struct connection *c, uint8_t first, const void *payload, size_t length)
{
    uint8_t bytes[FRAME_BYTES + FRAME_HEAD_BYTES];
    size_t size = length > FRAME_BYTES ? 0 : frames_encode(bytes, first, payload, length);
    if (!size || send(c->fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size) fail("connection %d: not sent", c->number);
}

/* The next request of a connection that polls. */
static void poll_on(struct connection *c)
{
    char request[2 * FRAME_BYTES];
    int size = polling_request(c->polling, request, sizeof request, options.port);
    if (send(c->fd, request, (size_t)size, MSG_NOSIGNAL) != size) fail("connection %d: not sent", c->number);
}

/* Sends a frame of the service, or a packet of Socket.IO, by whatever carries it. */
static void send_packet(struct connection *c, const char *packet)
{
    if (!c->polling) {
        send_frame(c, FRAME_TEXT, packet, strlen(packet));
    } else {
        polling_post(c->polling, packet);
        if (!c->polling->busy) poll_on(c);
    }
}

/* Connects and sends the request; the answer is awaited by whoever reads. */
static void connection_open(struct connection *c)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    struct timeval limit = {.tv_sec = 5};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address)) {
        fail("connection %d: connect: %s", c->number, strerror(errno));
        return;
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event)) fail("epoll_ctl: %s", strerror(errno));

    char target[256], protocol[FRAME_BYTES / 2] = "";
    if (options.dialect == POLLING && !is_sender(c)) {
        if (!(c->polling = calloc(1, sizeof *c->polling))) abort();
        poll_on(c);
        return;
    }
    if (options.dialect == BARE) {
        snprintf(target, sizeof target, "/?room=%d", room_of(c));
    } else if (socketio()) {
        snprintf(target, sizeof target, "/socket.io/?EIO=4&transport=websocket");
    } else {
        snprintf(target, sizeof target, "/v1/socket%s%s", *options.query ? "?" : "", options.query);
        if (options.token_count)
            snprintf(protocol, sizeof protocol, "Sec-WebSocket-Protocol: caas.v1, bearer.%s\r\n", token_of(c));
    }
    if (options.deflate && options.dialect != BARE)
        strcat(protocol, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    outgoing_length = (size_t)frames_request((char *)outgoing, FRAME_BYTES, target, options.port, protocol);
    flush_to(c);
}

#endif
