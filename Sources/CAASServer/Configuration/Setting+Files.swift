/// How much of files is kept, and for how long (R53).
extension Setting {
    package static let publicURL = Setting(
        "publicURL",
        .text,
        .words("none: links are paths"),
        "The service's address as others see it, such as `https://chat.example`: what links to files begin with."
    )
    package static let userFileBytes = Setting(
        "files.userBytes",
        .integer(1...1_000_000_000_000_000),
        .value(.integer(1_073_741_824)),
        unit: "bytes",
        "All files of one user together; those that were announced and have not arrived count too."
    )
    package static let tenantFileBytes = Setting(
        "files.tenantBytes",
        .integer(1...1_000_000_000_000_000),
        .value(.integer(107_374_182_400)),
        unit: "bytes",
        "All files of one tenant together."
    )
    package static let unfinishedFileLife = Setting(
        "files.unfinishedLife",
        .integer(1...604_800),
        .value(.integer(86_400)),
        unit: "s",
        "How long a file may take from its announcement to its last byte; what is unfinished then is removed."
    )
}
