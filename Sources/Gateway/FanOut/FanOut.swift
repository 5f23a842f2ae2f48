package import CAASProtocol
package import Chat
import NIOCore
import Synchronization
import WebSocketWire

/// Carries what leaves the service to the connections: encodes each frame once, and hops once per event loop and batch.
package final class FanOut: DeliverySink {
    private struct Slot {
        let number: Int
        /// Readers on each event loop.
        var readers: [Int]
    }

    private struct State {
        var slots: [ConversationKey: Slot] = [:]
        var free: [Int] = []
        var slotCount = 0
        var writer: FrameWriter

        /// Counts a reader, in a slot that is made for the first one.
        mutating func addReader(to conversation: ConversationKey, loop: Int, of loopCount: Int) -> Int {
            var slot = slots[conversation] ?? makeSlot(loopCount)
            slot.readers[loop] += 1
            slots[conversation] = slot
            return slot.number
        }

        private mutating func makeSlot(_ loopCount: Int) -> Slot {
            let number: Int
            if let free = free.popLast() {
                number = free
            } else {
                number = slotCount
                slotCount += 1
            }
            return Slot(number: number, readers: Array(repeating: 0, count: loopCount))
        }
    }

    private let loops: [LoopReaders]
    /// Only the chat queue takes this lock: it is there for the compiler's proof.
    private let state: Mutex<State>
    private let clock: @Sendable () -> Int64

    init(loops: [LoopReaders], clock: @escaping @Sendable () -> Int64) {
        self.loops = loops
        self.clock = clock
        let threshold = loops.first?.compression.deflater.threshold ?? CompressionSettings().threshold
        state = Mutex(State(writer: FrameWriter(deflateThreshold: threshold)))
    }

    package func answer(_ connection: ConnectionID, _ frame: FrameID, _ acknowledgement: Acknowledgement) {
        let loop = loops[connection.loop]
        loop.eventLoop.execute { loop.answerAlone(connection.number, frame, acknowledgement) }
    }

    package func deliver(_ deliveries: [Delivery]) {
        guard !deliveries.isEmpty else { return }
        let begun = ContinuousClock.now
        let plans = state.withLock { state in plan(deliveries, &state) }
        for (loop, var plan) in zip(loops, plans) where !plan.isEmpty {
            plan.begun = begun
            loop.post(plan)
        }
    }

    /// The forms that somebody on this node may be sent.
    ///
    /// A connection is counted on its loop before the service hears of it, so none that gets an event is missed.
    private var forms: EncodedFrame.Forms {
        loops.reduce(into: []) { forms, loop in forms.formUnion(loop.census.forms) }
    }

    private func plan(_ deliveries: [Delivery], _ state: inout State) -> [LoopPlan] {
        var plans = Array(repeating: LoopPlan(), count: loops.count)
        let time = clock()
        let forms = forms
        /// Where the event before this delivery went, if the acting connection was left out of it.
        var lastEvent: (slot: Int, except: [ConnectionID])?
        for delivery in deliveries {
            let eventBefore = lastEvent
            lastEvent = nil
            switch delivery {
            case .event(let conversation, let event, let audience, let except):
                guard let slot = state.slots[conversation] else { continue }
                lastEvent = (slot.number, except)
                let frame = state.writer.encode(event, in: conversation.conversation, time: time, forms)
                for loop in loops.indices where slot.readers[loop] > 0 {
                    plans[loop].add(
                        frame,
                        event.type,
                        slot: slot.number,
                        needs: audience == .joined ? .joined : [],
                        except: except,
                        loop: loop
                    )
                }
            case .media(let conversation, let media, let sender, let onlySubscribed):
                guard let slot = state.slots[conversation] else { continue }
                var frame = state.writer.encode(media, forms)
                frame.mark = FrameMark(media, in: conversation, from: sender)
                for loop in loops.indices where slot.readers[loop] > 0 {
                    plans[loop].add(
                        frame,
                        .binary,
                        slot: slot.number,
                        needs: ReaderTraits(needing: MediaWish(media.kind), onlySubscribed: onlySubscribed),
                        except: [sender],
                        loop: loop
                    )
                }
            case .answer(let connection, _, _) where connection.isCaller: continue
            case .answer(let connection, let frame, let answer):
                if let eventBefore, eventBefore.except.contains(connection) {
                    plans[connection.loop].addAnswer(connection.number, frame, answer, slot: eventBefore.slot)
                } else {
                    plans[connection.loop].add(.answer(connection.number, frame, answer))
                }
            case .opened(let connection, let welcome):
                plans[connection.loop].add(.opened(connection.number, welcome))
            case .direct(let connections, let conversation, let event):
                let frame = state.writer.encode(event, in: conversation?.conversation, time: time, forms)
                for connection in connections {
                    plans[connection.loop].add(.send(connection.number, frame, event.type))
                }
            case .enter(let conversation, let connection, let joined):
                let slot = state.addReader(to: conversation, loop: connection.loop, of: loops.count)
                plans[connection.loop].add(.enter(slot: slot, connection.number, joined: joined))
            case .update(let conversation, let connection, let joined):
                guard let slot = state.slots[conversation]?.number else { continue }
                plans[connection.loop].add(.update(slot: slot, connection.number, joined: joined))
            case .receives(let conversation, let connection, let wish):
                guard let slot = state.slots[conversation]?.number else { continue }
                plans[connection.loop].add(.receives(slot: slot, connection.number, wish))
            case .exit(let conversation, let connection):
                guard let slot = state.slots[conversation]?.number else { continue }
                state.slots[conversation]?.readers[connection.loop] -= 1
                plans[connection.loop].add(.exit(slot: slot, connection.number))
            case .retire(let conversation):
                guard let slot = state.slots.removeValue(forKey: conversation) else { continue }
                state.free.append(slot.number)
                for loop in loops.indices where slot.readers[loop] > 0 { plans[loop].add(.retire(slot: slot.number)) }
            case .close(let connections, let ending):
                for connection in connections { plans[connection.loop].add(.close(connection.number, ending)) }
            case .read, .again: continue
            }
        }
        return plans
    }
}
