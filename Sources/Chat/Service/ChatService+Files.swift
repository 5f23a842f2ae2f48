import CAASProtocol

extension ChatService {
    /// What a request about files leads to.
    func fileRule(_ request: ChatRequest, _ context: DecisionContext) throws -> Decision {
        let connection = request.actor.connection
        switch request.command {
        case .beginFile(let begin):
            return try FileRules.begin(begin, context) { file throws(SpecError) in
                if !connection.isCaller { try self.uploads.give(file, to: connection) }
            }
        case .removeFile(let file): return try FileRules.remove(file, context)
        case .fileStep(let step): return try FileRules.note(step, context)
        default: preconditionFailure("the lanes of files have the others")
        }
    }

    /// A known answer; a file that was begun is sent by the connection that asks again, and by no other any more.
    func repeated(_ known: Acknowledgement, of request: ChatRequest, _ context: DecisionContext) throws -> Decision {
        let connection = request.actor.connection
        if case .success(_, .uploading(let id, _, _, _)) = known, !connection.isCaller,
            let file = try context.store.file(id, of: request.actor.user.tenant), !file.isComplete
        {
            try uploads.give(id, to: connection)
        }
        return Decision(answer: known, isRepeated: true)
    }

    /// Files of which nothing is left.
    func forget(_ files: [FileID]) {
        for file in files { uploads.end(file) }
    }
}
