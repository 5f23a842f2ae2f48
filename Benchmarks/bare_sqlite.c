/*
 * The durable yardstick: the least that a store can do for the same rows.
 *
 * One connection, one thread, prepared statements. A batch is 256 messages, one for each of 256 conversations: the
 * conversation's two counters move, the message is inserted, and one commit with fsync ends the batch (WAL,
 * synchronous=FULL). No membership, no look-up of repeats but the unique index, no network.
 *
 * usage: bare_sqlite --data FILE [--seconds 5] [--bytes 128]      prints one line of JSON
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CONVERSATIONS = 256, CONTENT_BYTES_MAX = 2048 };

static sqlite3 *database;

static void check(int code, const char *what)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    fprintf(stderr, "bare_sqlite: %s: %s\n", what, database ? sqlite3_errmsg(database) : sqlite3_errstr(code));
    exit(1);
}

static void run(const char *sql)
{
    check(sqlite3_exec(database, sql, NULL, NULL, NULL), sql);
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), sql);
    return statement;
}

static void step(sqlite3_stmt *statement)
{
    check(sqlite3_step(statement), "step");
    check(sqlite3_reset(statement), "reset");
}

/* The number a pragma answers with. */
static int number_of(const char *pragma)
{
    sqlite3_stmt *statement = prepare(pragma);
    check(sqlite3_step(statement), pragma);
    int number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void open_store(const char *path)
{
    check(sqlite3_open(path, &database), path);
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    if (number_of("PRAGMA synchronous") != 2) check(SQLITE_MISUSE, "synchronous is not FULL");
    run("CREATE TABLE conversation ("
        "  conv_no INTEGER PRIMARY KEY, ext_id TEXT NOT NULL UNIQUE,"
        "  last_seq INTEGER NOT NULL, last_offset INTEGER NOT NULL) STRICT;"
        "CREATE TABLE message ("
        "  conv_no INTEGER NOT NULL, seq INTEGER NOT NULL, created_offset INTEGER NOT NULL, offset INTEGER NOT NULL,"
        "  sender_no INTEGER NOT NULL, client_id TEXT NOT NULL, content_hash BLOB, kind TEXT NOT NULL, body BLOB,"
        "  created_at INTEGER NOT NULL, edited_at INTEGER, deleted_at INTEGER,"
        "  PRIMARY KEY (conv_no, seq), UNIQUE (conv_no, sender_no, client_id)) STRICT, WITHOUT ROWID;"
        "CREATE INDEX message_changed ON message (conv_no, offset) WHERE offset <> created_offset");
    sqlite3_stmt *insert = prepare("INSERT INTO conversation VALUES (?1, 'c' || ?1, 0, 0)");
    run("BEGIN IMMEDIATE");
    for (int c = 0; c < CONVERSATIONS; c++) {
        sqlite3_bind_int(insert, 1, c);
        step(insert);
    }
    run("COMMIT");
    sqlite3_finalize(insert);
}

int main(int count, char **arguments)
{
    const char *path = NULL;
    double seconds = 5;
    int bytes = 128;
    for (int i = 1; i + 1 < count; i += 2) {
        if (!strcmp(arguments[i], "--data")) path = arguments[i + 1];
        else if (!strcmp(arguments[i], "--seconds")) seconds = atof(arguments[i + 1]);
        else if (!strcmp(arguments[i], "--bytes")) bytes = atoi(arguments[i + 1]);
    }
    if (!path || count % 2 == 0 || bytes < 0 || bytes > CONTENT_BYTES_MAX) {
        fprintf(stderr, "usage: bare_sqlite --data FILE [--seconds 5] [--bytes 128]\n");
        return 64;
    }
    alarm((unsigned)seconds + 30); /* its default action ends the process, whatever the disk does */
    open_store(path);
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *move = prepare(
        "UPDATE conversation SET last_seq = last_seq + 1, last_offset = last_offset + 1 WHERE conv_no = ?1");
    sqlite3_stmt *insert = prepare(
        "INSERT INTO message (conv_no, seq, created_offset, offset, sender_no, client_id, content_hash, kind, body,"
        " created_at) VALUES (?1, ?2, ?2, ?2, ?1, ?3, ?4, 'text', ?5, ?6)");

    char body[CONTENT_BYTES_MAX + 32], client_id[48];
    int64_t rows = 0;
    uint64_t hash[4];
    int size = snprintf(body, sizeof body, "{\"content\":\"%0*d\"}", bytes, 0);
    double start = now(), end = start + seconds;
    for (int64_t seq = 1; now() < end; seq++) {
        step(begin);
        for (int64_t c = 0; c < CONVERSATIONS; c++, rows++) {
            int length = snprintf(client_id, sizeof client_id, "b%lld-%lld", (long long)c, (long long)seq);
            for (int i = 0; i < 4; i++) hash[i] = (uint64_t)(rows + 1) * (0x9E3779B97F4A7C15u >> i);
            sqlite3_bind_int64(move, 1, c);
            step(move);
            sqlite3_bind_int64(insert, 1, c);
            sqlite3_bind_int64(insert, 2, seq);
            sqlite3_bind_text(insert, 3, client_id, length, SQLITE_STATIC);
            sqlite3_bind_blob(insert, 4, hash, sizeof hash, SQLITE_STATIC);
            sqlite3_bind_blob(insert, 5, body, size, SQLITE_STATIC);
            sqlite3_bind_int64(insert, 6, (int64_t)time(NULL) * 1000);
            step(insert);
        }
        step(commit);
    }
    double took = now() - start;
    printf("{\"rows\":%lld,\"seconds\":%.3f,\"rows_per_s\":%.0f,\"commits_per_s\":%.0f}\n", (long long)rows, took,
        (double)rows / took, (double)rows / CONVERSATIONS / took);
    return 0;
}
