/// What becomes of a field that may also be taken away: `null` clears it, against R6, where nothing else could.
public enum FieldChange<Value: Sendable & Hashable>: Sendable, Hashable {
    /// There is none from now on.
    case clear
    /// It has this value from now on.
    case set(Value)

    /// The new value; nil where there is none.
    public var value: Value? {
        if case .set(let value) = self { value } else { nil }
    }
}
