import CAASProtocol
import CoreMetrics

/// How many connections of one form are open, by tenant.
struct ConnectionMeters {
    /// Tenants with a label of their own; the others share `other`.
    static let tenantLimit = 100

    private let tenants: [TenantID: Meter]
    private let others: Meter
    private let withoutSession: Meter

    init(_ form: WireForm, _ tenants: [TenantID], factory: any MetricsFactory) {
        func meter(_ tenant: String) -> Meter {
            let labels = [("transport", form.rawValue), ("tenant", tenant)]
            return Meter(label: "caas_connections", dimensions: labels, factory: factory)
        }
        self.tenants = Dictionary(
            tenants.prefix(Self.tenantLimit).map { ($0, meter($0.rawValue)) }
        ) { first, _ in first }
        others = meter("other")
        withoutSession = meter("")
    }

    subscript(tenant: TenantID?) -> Meter {
        guard let tenant else { return withoutSession }
        return tenants[tenant] ?? others
    }
}
