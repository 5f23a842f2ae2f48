/* The client's half of RFC 6455 framing: masked frames out, whole unmasked frames in. */
#ifndef FRAMES_H
#define FRAMES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A compressed text is one with RSV1 set (RFC 7692). */
enum { FRAME_TEXT = 0x81, FRAME_DEFLATED = 0xC1, FRAME_PING = 0x89, FRAME_PONG = 0x8A, FRAME_HEAD_BYTES = 8 };

/* The answer to the key of RFC 6455 §1.3, which is the one that the load client always sends. */
static const char frames_key[] = "dGhlIHNhbXBsZSBub25jZQ==", frames_accept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/* Writes the request that a connection begins with; `headers` are further ones, each with its line end. */
static inline int frames_request(char *to, size_t capacity, const char *target, int port, const char *headers)
{
    return snprintf(to, capacity,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n%s\r\n", target, port, frames_key, headers);
}

/* Writes a masked frame of less than 64 KiB and returns its size, at most FRAME_HEAD_BYTES more than the payload. */
static inline size_t frames_encode(uint8_t *to, uint8_t first, const void *payload, size_t length)
{
    static uint32_t mask = 0x9E3779B9;
    const uint8_t *from = payload;
    uint8_t *out = to, key[4];
    mask = mask * 1664525 + 1013904223; /* another mask each time: nothing here needs it to be secret */
    memcpy(key, &mask, 4);
    *out++ = first;
    if (length < 126) {
        *out++ = (uint8_t)(0x80 | length);
    } else {
        *out++ = 0x80 | 126;
        *out++ = (uint8_t)(length >> 8);
        *out++ = (uint8_t)length;
    }
    memcpy(out, key, 4);
    out += 4;
    for (size_t i = 0; i < length; i++) out[i] = from[i] ^ key[i & 3];
    return (size_t)(out + length - to);
}

/* Reads the head of a frame. Returns its size, and the payload's in `length`; 0 if it has not come whole. */
static inline size_t frames_head(const uint8_t *at, size_t available, uint64_t *length)
{
    if (available < 2) return 0;
    *length = at[1] & 127;
    size_t head = *length < 126 ? 2 : *length == 126 ? 4 : 10;
    if (available < head) return 0;
    if (head > 2) *length = 0;
    for (size_t i = 2; i < head; i++) *length = *length << 8 | at[i];
    return head;
}

#endif
