extension String {
    /// Whether another name is of the same device: names are compared as bytes (R78), and `==` compares characters.
    func isDevice(_ other: String?) -> Bool { other.map { utf8.elementsEqual($0.utf8) } ?? false }
}
