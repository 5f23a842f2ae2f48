import CAASProtocol
import Chat

extension ChatRequest.Command {
    /// What the service is asked for by an event that is also a route; nil for every other.
    init?(_ event: ClientEvent) {
        switch event {
        case .messageSend(let message): self = .send(message, hash: message.contentHash)
        case .messageEdit(let edit): self = .edit(edit)
        case .messageDelete(let deletion): self = .delete(deletion)
        case .messageHistory(let request): self = .read(.history(request))
        case .conversationCreate(let creation): self = .create(creation)
        case .conversationList(let page): self = .read(.list(page))
        case .conversationMembers(let request): self = .read(.members(request))
        case .conversationInvite(let invitation): self = .invite(invitation)
        case .conversationRemove(let removal): self = .remove(removal)
        case .conversationRole(let change): self = .role(change)
        case .conversationUpdate(let update): self = .update(update)
        case .eventSend(let own): self = .event(own)
        case .fileBegin(let begin): self = .beginFile(begin)
        default: return nil
        }
    }
}
