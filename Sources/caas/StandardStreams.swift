import Foundation

/// Standard input, output and error.
enum StandardStreams {
    /// Takes the places of streams that the caller has closed.
    ///
    /// The next file that is opened, the database for one, would otherwise be standard output, and get what is printed.
    /// Each place gets the null device the wrong way round, so that using it stays the error that it was.
    static func reserve() {
        for (stream, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(stream, F_GETFD) == -1 {
            // The lowest free place is this one: those before it are taken.
            _ = open("/dev/null", mode)
        }
    }
}
