import CAASProtocol
import Foundation

/// The payloads of calls (R39–R48).
extension CodablePayloads {
    static let calls: [ClientEventType: any CodablePayload.Type] = [
        .callInitiate: Initiate.self, .callAnswer: Answer.self, .callReject: Reject.self, .callEnd: End.self,
        .callICE: ICE.self, .callSignal: Signal.self,
    ]

    private struct Initiate: CodablePayload {
        let targetUserId: Ruled<UserName>?
        let type: Choice<CallType>?

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            guard targetUserId == nil ? conversation != nil : type != nil else { throw Refused() }
            return .callInitiate(
                CallInitiate(
                    targetUserID: try targetUserId?.userID(),
                    conversationID: conversation,
                    type: type?.value
                )
            )
        }
    }

    private struct Answer: CodablePayload {
        let callId: Ruled<FrameName>

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .callAnswer(try callId.reference(conversation))
        }
    }

    private struct Reject: CodablePayload {
        let callId: Ruled<FrameName>

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .callReject(try callId.reference(conversation))
        }
    }

    private struct End: CodablePayload {
        let callId: Ruled<FrameName>

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .callEnd(try callId.reference(conversation))
        }
    }

    private struct ICE: CodablePayload {
        let callId: Ruled<FrameName>

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .callICE(try callId.reference(conversation))
        }
    }

    private struct Signal: CodablePayload {
        let callId: Ruled<FrameName>
        let to: Ruled<UserName>?
        let kind: Choice<CallSignal.Kind>
        let payload: AnyJSON

        /// What is relayed as it was sent is compared as metadata is.
        var metadata: Object? { Object(any: payload) }

        func event(in conversation: ConversationID?) throws -> ClientEvent {
            .callSignal(
                CallSignal(
                    callID: try found(CallID(callId.text)),
                    conversationID: conversation,
                    to: try to?.userID(),
                    kind: kind.value,
                    payload: "{}"
                )
            )
        }
    }
}

extension Ruled<FrameName> {
    fileprivate func reference(_ conversation: ConversationID?) throws -> CallReference {
        CallReference(callID: try found(CallID(text)), conversationID: conversation)
    }
}

extension Object {
    fileprivate init(any json: AnyJSON) {
        self.json = json
    }
}
