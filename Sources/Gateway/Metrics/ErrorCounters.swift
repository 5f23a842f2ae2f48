import CAASProtocol
import CoreMetrics

/// Errors that clients were told, and among them what was used up.
///
/// Confined to its owner.
struct ErrorCounters {
    private var errors: RareCounters
    private var rates: RareCounters

    init(_ factory: any MetricsFactory) {
        errors = RareCounters("caas_errors_total", "code", "reason", factory: factory)
        rates = RareCounters("caas_ratelimited_total", "bucket", factory: factory)
    }

    mutating func count(_ error: SpecError) {
        errors.count(error.code.rawValue, error.reason ?? "")
        if error.code == .rateLimited { rates.count(Self.bucket(of: error)) }
    }

    /// What a refusal of R62 says was used up.
    static func bucket(of error: SpecError) -> String {
        let bucket = error.details.first { $0.name == "bucket" }?.value
        return if case .text(let name) = bucket { name } else { error.reason ?? "" }
    }
}
