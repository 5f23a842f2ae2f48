import CAASProtocol

extension ChatService {
    /// What a request about files leads to.
    ///
    /// - Parameter begun: Files that connections have begun in this batch.
    func fileRule(
        _ request: ChatRequest,
        _ context: DecisionContext,
        begun: inout [ConnectionID: Int]
    ) throws -> Decision {
        let connection = request.actor.connection
        switch request.command {
        case .beginFile(let begin):
            let uploads = uploads.count(of: connection) + begun[connection, default: 0]
            let decision = try FileRules.begin(begin, uploads: uploads, context)
            begun[connection, default: 0] += 1
            return decision
        case .fileStep(let step): return try FileRules.note(step, context)
        default: preconditionFailure("the lanes of files have the others")
        }
    }

    /// Files of which nothing is left.
    func forget(_ files: [FileID]) {
        for file in files { uploads.end(file) }
    }
}
