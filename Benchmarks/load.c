/*
 * The load client: one thread, one epoll, R rooms of M connections, one of each room's connections sends.
 *
 * A room keeps K messages in flight: its sender sends the next one when an earlier one has reached every connection
 * of the room. The sender's own copy counts as one delivery like any other reader's: the yardstick echoes it, the
 * service acknowledges it. So a message to a room of M members costs either server M frames, and counts M deliveries.
 *
 * Dialect `bare` speaks to the yardstick, `caas` to the service: `session:ready`, `conversation:join` (the first
 * member of a room makes the conversation), `message:send` with an ack, `message:new`. With rooms of one member
 * there are no readers, and what is counted are durable acks.
 *
 * Every message's text carries its number. The sender checks each of its own copies, every reader one in 64.
 * Prints one line of JSON; exit 1 when anything was refused, lost or out of order, 2 when the set-up failed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "envelope.h"
#include "frames.h"
#include "histogram.h"
#include "options.h"

enum {
    RECEIVE_BYTES = 1 << 20, /* lent to whoever reads; also the longest frame taken */
    FRAME_BYTES = 8192,      /* longest frame sent, and longest request head */
    HANDSHAKES = 64,         /* connections being set up at once */
    JOINS = 32,              /* joins in flight at once */
    ID_BYTES = 48,
    SETUP_SECONDS = 60,
    DRAIN_SECONDS = 10,
};

enum state { OPENING, SIGNING_IN, SIGNED_IN, JOINING, RUNNING };

struct connection {
    int fd, number;
    enum state state;
    uint64_t received; /* messages of the room seen here, the sender's own among them */
    uint8_t *rest;     /* a frame that has come in part */
    size_t rest_length, rest_capacity;
};

struct slot { uint64_t sent_at; int missing; };

struct room {
    uint64_t sent, complete; /* messages sent, and how many of them everybody has */
    struct slot *slots;      /* message n is in slot n % in_flight */
};

static struct options options;
static struct connection *connections;
static struct room *room_table;
static int total, opened, ready, running, joins_next, joins_pending;
static int epoll;
static uint8_t *scratch, *outgoing; /* received bytes; the frames of one turn for one sender */
static size_t outgoing_length, outgoing_capacity;
static struct histogram latencies;
static uint64_t completed, errors, now;
static bool sending, measuring, failed;

static uint64_t clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

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

static int message_id(char id[ID_BYTES], int room, uint64_t message)
{
    return snprintf(id, ID_BYTES, "%s%d-%llu", options.prefix, room, (unsigned long long)message);
}

/* Sending */

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

static void queue_message(int number)
{
    struct room *room = &room_table[number];
    char id[ID_BYTES], text[FRAME_BYTES], content[FRAME_BYTES / 2];
    int size = message_id(id, number, room->sent);
    int filled = snprintf(content, sizeof content, "%s ", id);
    if (filled < options.content_bytes) memset(content + filled, 'x', (size_t)(options.content_bytes - filled));
    if (options.caas) {
        size = snprintf(text, sizeof text,
            "{\"id\":\"%s\",\"type\":\"message:send\",\"conversationId\":\"%sc%d\","
            "\"data\":{\"content\":\"%.*s\"},\"ack\":true}",
            id, options.prefix, number, options.content_bytes, content);
        queue_text(text, (size_t)size);
    } else {
        queue_text(content, (size_t)options.content_bytes);
    }
    room->slots[room->sent % (unsigned)options.in_flight] = (struct slot){clock_ns(), options.members};
    room->sent++;
}

static void join(struct connection *c)
{
    char text[256];
    int size = snprintf(text, sizeof text,
        "{\"id\":\"%sj%d\",\"type\":\"conversation:join\",\"conversationId\":\"%sc%d\",\"data\":{},\"ack\":true}",
        options.prefix, c->number, options.prefix, room_of(c));
    c->state = JOINING;
    joins_pending++;
    queue_text(text, (size_t)size);
    flush_to(c);
}

/* First the makers of all rooms join, then everybody else, a bounded number at a time. */
static void join_more(void)
{
    for (; joins_pending < JOINS && joins_next < total; joins_next++) {
        int room = joins_next, place = 0;
        if (joins_next >= options.rooms) {
            if (running < options.rooms) return;
            room = (joins_next - options.rooms) / (options.members - 1);
            place = (joins_next - options.rooms) % (options.members - 1) + 1;
        }
        join(&connections[room * options.members + place]);
    }
}

static void open_connection(void)
{
    struct connection *c = &connections[opened];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    struct timeval limit = {.tv_sec = 5};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    c->number = opened++;
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
    if (options.caas) {
        snprintf(target, sizeof target, "/v1/socket%s%s", *options.query ? "?" : "", options.query);
        if (options.token_count)
            snprintf(protocol, sizeof protocol, "Sec-WebSocket-Protocol: caas.v1, bearer.%s\r\n",
                options.tokens[c->number % options.token_count]);
    } else {
        snprintf(target, sizeof target, "/?room=%d", room_of(c));
    }
    outgoing_length = (size_t)snprintf((char *)outgoing, FRAME_BYTES,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n%s\r\n", target, options.port, frames_key, protocol);
    flush_to(c);
}

/* Receiving */

static void delivered(struct connection *c, const uint8_t *payload, size_t length)
{
    struct room *room = &room_table[room_of(c)];
    if (c->received >= room->sent) {
        fail("connection %d: a message that nobody sent", c->number);
        return;
    }
    if (is_sender(c) || c->received % 64 == 0) {
        char id[ID_BYTES + 32], expected[ID_BYTES];
        message_id(expected, room_of(c), c->received);
        const char *form = !options.caas ? "%s " : is_sender(c) ? "\"replyTo\":\"%s\"" : "\"clientId\":\"%s\"";
        int size = snprintf(id, sizeof id, form, expected);
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

static void text(struct connection *c, const uint8_t *payload, size_t length)
{
    if (!options.caas) {
        delivered(c, payload, length);
        return;
    }
    if (envelope_is(payload, length, "message:new")) {
        delivered(c, payload, length);
    } else if (envelope_is(payload, length, "ack")) {
        if (!envelope_has(payload, length, "\"success\":true")) {
            fail("connection %d: refused: %.*s", c->number, (int)length, (const char *)payload);
        } else if (c->state == JOINING) {
            c->state = RUNNING;
            running++;
            joins_pending--;
        } else {
            delivered(c, payload, length);
        }
    } else if (envelope_is(payload, length, "session:ready")) {
        c->state = SIGNED_IN;
        ready++;
    } else if (envelope_is(payload, length, "error")) {
        fail("connection %d: %.*s", c->number, (int)length, (const char *)payload);
    } /* the rest, who joined for instance, is not what is counted here */
}

/* Handles the frame at `at`. Returns the bytes it took, 0 if it is not complete. */
static size_t frame(struct connection *c, const uint8_t *at, size_t available)
{
    uint64_t length;
    size_t head = frames_head(at, available, &length);
    if (head && length > RECEIVE_BYTES / 2) fail("connection %d: a frame of %zu bytes", c->number, (size_t)length);
    if (!head || available - head < length) return 0;
    const uint8_t *payload = at + head;
    if (at[0] == FRAME_TEXT) {
        text(c, payload, length);
    } else if (at[0] == FRAME_PING && length < 126) {
        uint8_t pong[FRAME_HEAD_BYTES + 125];
        size_t size = frames_encode(pong, FRAME_PONG, payload, length);
        if (send(c->fd, pong, size, MSG_NOSIGNAL) != (ssize_t)size) fail("connection %d: pong not sent", c->number);
    } else if (at[0] != FRAME_PONG) {
        fail("connection %d: frame 0x%02x: %.*s", c->number, at[0], (int)length, (const char *)payload);
    }
    return head + length;
}

static size_t answer(struct connection *c, const uint8_t *at, size_t available)
{
    const uint8_t *end = memmem(at, available, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t length = (size_t)(end + 4 - at);
    if (!envelope_has(at, length, "HTTP/1.1 101 ") || !envelope_has(at, length, frames_accept)) {
        fail("connection %d: %.*s", c->number, (int)length, (const char *)at);
        return 0;
    }
    c->state = options.caas ? SIGNING_IN : RUNNING;
    if (!options.caas) ready++, running++;
    return length;
}

static void readable(struct connection *c)
{
    size_t used = c->rest_length;
    if (used) memcpy(scratch, c->rest, used);
    ssize_t got = recv(c->fd, scratch + used, RECEIVE_BYTES - used, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        fail("connection %d: %s", c->number, got ? strerror(errno) : "closed by the server");
        return;
    }
    used += (size_t)got;
    now = clock_ns();
    size_t done = 0, took = 1;
    while (done < used && took && !failed) {
        took = c->state == OPENING ? answer(c, scratch + done, used - done) : frame(c, scratch + done, used - done);
        done += took;
    }
    c->rest_length = used - done;
    if (c->rest_length > c->rest_capacity) {
        c->rest_capacity = c->rest_length * 2;
        c->rest = realloc(c->rest, c->rest_capacity);
        if (!c->rest) abort();
    }
    if (c->rest_length) memcpy(c->rest, scratch + done, c->rest_length);
    flush_to(&connections[room_of(c) * options.members]);
}

/* The run */

static void turn(int milliseconds)
{
    struct epoll_event events[256];
    int count = epoll_wait(epoll, events, 256, milliseconds);
    for (int i = 0; i < count && !failed; i++) readable(events[i].data.ptr);
    now = clock_ns();
}

static void turns_until(uint64_t end)
{
    while (now < end && !failed) turn(20);
}

static void set_up(void)
{
    uint64_t end = clock_ns() + SETUP_SECONDS * 1000000000ull;
    while ((options.idle ? ready : running) < total && !failed) {
        while (opened < total && opened - ready < HANDSHAKES && !failed) open_connection();
        if (options.caas && !options.idle && ready == total) join_more();
        turn(20);
        if (now > end) fail("set-up took too long: %d of %d connected, %d joined", ready, total, running);
    }
}

static double cpu_seconds(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void measure(void)
{
    sending = true;
    for (int r = 0; r < options.rooms; r++) {
        for (int k = 0; k < options.in_flight; k++) queue_message(r);
        flush_to(&connections[r * options.members]);
    }
    turns_until(clock_ns() + (uint64_t)(options.warm_up * 1e9));
    measuring = true;
    uint64_t start = now;
    double cpu = cpu_seconds();
    turns_until(start + (uint64_t)(options.seconds * 1e9));
    double took = (double)(now - start) / 1e9;
    cpu = cpu_seconds() - cpu;
    measuring = sending = false;

    uint64_t end = now + DRAIN_SECONDS * 1000000000ull, missing = 1;
    while (missing && now < end && !failed) {
        turn(20);
        missing = 0;
        for (int r = 0; r < options.rooms; r++) missing += room_table[r].sent - room_table[r].complete;
    }
    if (missing) fail("%llu messages did not reach everybody", (unsigned long long)missing);
    printf("{\"dialect\":\"%s\",\"rooms\":%d,\"members\":%d,\"in_flight\":%d,\"content_bytes\":%d,\"seconds\":%.3f,"
        "\"deliveries\":%llu,\"deliveries_per_s\":%.0f,\"messages_per_s\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
        "\"client_cpu\":%.2f,\"errors\":%llu}\n", options.caas ? "caas" : "bare", options.rooms,
        options.members, options.in_flight, options.content_bytes, took, (unsigned long long)latencies.total,
        (double)latencies.total / took, (double)completed / took, histogram_percentile(&latencies, 0.5),
        histogram_percentile(&latencies, 0.99), cpu / took, (unsigned long long)errors);
}

int main(int count, char **arguments)
{
    options = options_read(count, arguments);
    total = options.rooms * options.members;
    epoll = epoll_create1(0);
    outgoing_capacity = (size_t)(options.in_flight + 1) * FRAME_BYTES;
    connections = calloc((size_t)total, sizeof *connections);
    room_table = calloc((size_t)options.rooms, sizeof *room_table);
    scratch = malloc(RECEIVE_BYTES);
    outgoing = malloc(outgoing_capacity);
    if (epoll < 0 || !connections || !room_table || !scratch || !outgoing) abort();
    for (int r = 0; r < options.rooms; r++)
        if (!(room_table[r].slots = calloc((size_t)options.in_flight, sizeof(struct slot)))) abort();

    set_up();
    if (failed) return 2;
    if (!options.idle) {
        measure();
    } else {
        printf("idle %d\n", ready);
        fflush(stdout);
        turns_until(now + (uint64_t)(options.seconds * 1e9));
    }
    return failed;
}
