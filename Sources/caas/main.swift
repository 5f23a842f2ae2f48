import ArgumentParser
import Foundation

// A pipe whose reader is gone is an error of that write, not the end of the process.
signal(SIGPIPE, SIG_IGN)
StandardStreams.reserve()
await run()

/// In a function of its own: only there is the asynchronous one of two `main` chosen.
private func run() async {
    await CAASCommand.main()
}
