/* What the load client is told on its command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The yardstick's; the service's frames; the service's Socket.IO over WebSocket; the same with polling readers. */
enum dialect { BARE, CAAS, SOCKETIO, POLLING, DIALECTS };
static const char *const dialect_names[DIALECTS] = {"bare", "caas", "socketio", "polling"};

struct options {
    int port;            /* of the server, on 127.0.0.1 */
    enum dialect dialect;
    bool deflate;        /* take compressed texts, whose contents are then believed and not looked at */
    bool idle;           /* only connect and sign in, then hold the connections */
    int rooms, members;  /* members of each room, its sender among them */
    int in_flight;       /* messages of one room */
    int content_bytes;   /* of one message's text */
    double warm_up;      /* seconds that are not counted */
    double seconds;      /* that are */
    const char *query;   /* of the service's socket endpoint, or beside Socket.IO's token, such as inbox=false */
    const char *prefix;  /* of every id made here */
    char **tokens;       /* handed out in turn */
    int token_count;
};

static inline void options_usage(void)
{
    fprintf(stderr,
        "usage: load --port N [--dialect bare|caas|socketio|polling] [--rooms 1] [--members 10]\n"
        "            [--in-flight 1] [--bytes 128] [--warm-up 1] [--seconds 5] [--tokens FILE] [--query TEXT]\n"
        "            [--prefix b] [--deflate] [--idle]\n");
    exit(64);
}

/* One token a line. */
static inline void options_read_tokens(struct options *o, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    while (file && getline(&line, &capacity, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        o->tokens = realloc(o->tokens, (size_t)(o->token_count + 1) * sizeof *o->tokens);
        if (!o->tokens || !(o->tokens[o->token_count++] = strdup(line))) abort();
    }
    if (!o->token_count) {
        fprintf(stderr, "load: %s: no tokens\n", path);
        exit(2);
    }
    free(line);
    fclose(file);
}

static inline struct options options_read(int count, char **arguments)
{
    static const struct option names[] = {
        {"port", 1, 0, 'p'}, {"dialect", 1, 0, 'd'}, {"rooms", 1, 0, 'r'}, {"members", 1, 0, 'm'},
        {"in-flight", 1, 0, 'f'}, {"bytes", 1, 0, 'b'}, {"warm-up", 1, 0, 'w'}, {"seconds", 1, 0, 's'},
        {"tokens", 1, 0, 't'}, {"query", 1, 0, 'q'}, {"prefix", 1, 0, 'x'}, {"idle", 0, 0, 'i'},
        {"deflate", 0, 0, 'z'}, {0, 0, 0, 0}};
    struct options o = {.rooms = 1, .members = 10, .in_flight = 1, .content_bytes = 128, .warm_up = 1, .seconds = 5,
        .query = "", .prefix = "b"};
    for (int name; (name = getopt_long(count, arguments, "", names, NULL)) != -1;) {
        switch (name) {
        case 'p': o.port = atoi(optarg); break;
        case 'd':
            for (o.dialect = 0; o.dialect < DIALECTS && strcmp(optarg, dialect_names[o.dialect]); o.dialect++) {}
            break;
        case 'r': o.rooms = atoi(optarg); break;
        case 'm': o.members = atoi(optarg); break;
        case 'f': o.in_flight = atoi(optarg); break;
        case 'b': o.content_bytes = atoi(optarg); break;
        case 'w': o.warm_up = atof(optarg); break;
        case 's': o.seconds = atof(optarg); break;
        case 't': options_read_tokens(&o, optarg); break;
        case 'q': o.query = optarg; break;
        case 'x': o.prefix = optarg; break;
        case 'i': o.idle = true; break;
        case 'z': o.deflate = true; break;
        default: options_usage();
        }
    }
    if (optind < count || o.port < 1 || o.rooms < 1 || o.members < 1 || o.in_flight < 1 || o.in_flight > 4096
        || o.dialect == DIALECTS || (o.dialect >= SOCKETIO && !o.token_count)
        || o.content_bytes < 48 || o.content_bytes > 4096 || strlen(o.prefix) > 16)
        options_usage();
    return o;
}

#endif
