import Testing

extension Tag {
    /// Runs over seeds; a failure names the seed.
    @Tag static var property: Self
}
