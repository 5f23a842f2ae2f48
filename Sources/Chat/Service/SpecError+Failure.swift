package import CAASProtocol

extension SpecError {
    /// What a failure of ours is to the client: nothing was changed, or it is not known and the same id finds out (R11).
    ///
    /// - Parameter report: Told the cause, which the client is not, under an id that both are given (R15).
    package static func failure(_ error: any Error, report: (_ traceID: String, any Error) -> Void) -> SpecError {
        let traceID = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        report(traceID, error)
        let details = [Detail("traceId", .text(traceID))]
        return switch error as? StorageError {
        case .full: SpecError(.unavailable, reason: "storage_full", details: details, retryAfter: 5_000)
        case .some: SpecError(.unavailable, reason: "storage", details: details, retryAfter: 1_000)
        case nil: SpecError(.internalError, details: details)
        }
    }
}
