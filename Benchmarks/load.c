/*
 * The load client: one thread, one epoll, R rooms of M connections, one of each room's connections sends.
 *
 * A room keeps K messages in flight: its sender sends the next one when an earlier one has reached every connection
 * of the room. The sender's own copy counts as one delivery like any other reader's: the yardstick echoes it, the
 * service acknowledges it. So a message to a room of M members costs either server M frames, and counts M deliveries.
 *
 * Dialect `bare` speaks to the yardstick, `caas` to the service: `session:ready`, `conversation:join` (the first
 * member of a room makes the conversation), `message:send` with an ack, `message:new`. With rooms of one member
 * there are no readers, and what is counted are durable acks. `socketio` is the same by Socket.IO over WebSocket, and
 * in `polling` the readers poll, each with one request at a time, while the senders stay on WebSocket.
 *
 * Every message's text carries its number. The sender checks each of its own copies, every reader one in 64. With --deflate
 * compressed texts are counted and not inflated: the service must be what spends time on them, not the client. Acks are too
 * short to be compressed, so what the sender gets is checked as before.
 * Prints one line of JSON; exit 1 when anything was refused, lost or out of order, 2 when the set-up failed.
 */
#define _GNU_SOURCE
#include <sys/resource.h>

#include "rooms.h"

enum {
    RECEIVE_BYTES = 1 << 20, /* lent to whoever reads; also the longest frame taken */
    HANDSHAKES = 64,         /* connections being set up at once */
    JOINS = 32,              /* joins in flight at once */
    SETUP_SECONDS = 60,
    DRAIN_SECONDS = 10,
};

static struct connection *connections;
static int total, opened, ready, running, joins_next, joins_pending;
static uint8_t *scratch; /* received bytes */

/* Joining */

static void join(struct connection *c)
{
    char packet[512], text[256];
    envelope_join(text, sizeof text, options.prefix, c->number, room_of(c));
    socketio_event(packet, sizeof packet, SOCKETIO_JOIN, "conversation:join", text);
    c->state = JOINING;
    joins_pending++;
    send_packet(c, socketio() ? packet : text);
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

/* Receiving */

/* A frame of plain WebSocket, or a packet of Socket.IO. */
static void text(struct connection *c, const uint8_t *payload, size_t length)
{
    if (options.dialect == BARE) {
        delivered(c, payload, length, true);
        return;
    }
    char packet[FRAME_BYTES];
    switch (socketio() ? socketio_kind(payload, length) : envelope_kind(payload, length)) {
    case KIND_MESSAGE:
        delivered(c, payload, length, true);
        break;
    case KIND_ACK:
        if (c->state == JOINING) {
            c->state = RUNNING;
            running++;
            joins_pending--;
        } else {
            delivered(c, payload, length, true);
        }
        break;
    case KIND_READY:
        c->state = SIGNED_IN;
        ready++;
        break;
    case KIND_OPEN:
        if (c->polling) polling_opened(c->polling, payload, length);
        c->state = SIGNING_IN;
        socketio_connect(packet, sizeof packet, token_of(c), options.query);
        send_packet(c, packet);
        break;
    case KIND_PING:
        send_packet(c, "3");
        break;
    case KIND_REFUSED:
    case KIND_ERROR:
        fail("connection %d: %.*s", c->number, (int)length, (const char *)payload);
        break;
    case KIND_OTHER: /* who joined for instance, which is not what is counted here */
        break;
    }
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
    } else if (at[0] == FRAME_DEFLATED && options.deflate && c->state == RUNNING && !is_sender(c)) {
        delivered(c, payload, length, false);
    } else if (at[0] == FRAME_PING && length < 126) {
        send_frame(c, FRAME_PONG, payload, length);
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
    c->state = options.dialect == BARE ? RUNNING : SIGNING_IN;
    if (options.dialect == BARE) ready++, running++;
    return length;
}

/* Handles an answer to a request of polling. A connection that may not join yet asks for nothing more. */
static size_t polled(struct connection *c, const uint8_t *at, size_t available)
{
    const uint8_t *body, *end;
    long length = polling_answer(at, available, &body);
    if (length < 0) fail("connection %d: %.*s", c->number, (int)available, (const char *)at);
    if (length <= 0) return 0;
    for (; c->polling->getting && body < at + length && !failed; body = end + 1) {
        end = memchr(body, SOCKETIO_SEPARATOR, (size_t)(at + length - body));
        if (!end) end = at + length;
        text(c, body, (size_t)(end - body));
    }
    c->polling->busy = false;
    if (*c->polling->post || c->state != SIGNED_IN) poll_on(c);
    return (size_t)length;
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
        const uint8_t *at = scratch + done;
        took = (c->polling ? polled : c->state == OPENING ? answer : frame)(c, at, used - done);
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
        while (opened < total && opened - ready < HANDSHAKES && !failed) {
            connections[opened].number = opened;
            connection_open(&connections[opened++]);
        }
        if (options.dialect != BARE && !options.idle && ready == total) join_more();
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
        "\"client_cpu\":%.2f,\"errors\":%llu}\n", dialect_names[options.dialect], options.rooms,
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
