import CAASProtocol

extension ChatQueue {
    /// Removes files that are late, unless they have arrived: what somebody was told has arrived stays.
    ///
    /// Called on any thread.
    func removeLate(_ files: [FileID]) { end(files) { try $0.removeUnfinished(files) } }

    /// Forgets removed files of which no bytes are left.
    ///
    /// Called on any thread.
    func forget(_ gone: [FileID]) { end(gone) { try $0.forget(gone) } }
}
