import CAASProtocol
import Chat
import NIOCore

/// What one event loop has to do for one batch, in order.
struct LoopPlan: Sendable {
    enum Step: Sendable {
        case run(Run)
        case enter(slot: Int, UInt64, joined: Bool)
        case update(slot: Int, UInt64, joined: Bool)
        case receives(slot: Int, UInt64, MediaWish)
        case exit(slot: Int, UInt64)
        case retire(slot: Int)
        case answer(UInt64, FrameID, Acknowledgement)
        case opened(UInt64, Welcome)
        case close(UInt64, Delivery.Ending)
        case send(UInt64, EncodedFrame, ServerEventType)
    }

    /// Frames for the readers of one conversation that follow each other, and the answers that stand between them.
    struct Run: Sendable {
        let slot: Int
        /// The traits of the readers that get them; none of them is needed for what goes to all.
        let needs: ReaderTraits
        var items: [Item] = []
        /// All frames as one: what every reader gets that none of the items treats differently.
        var joined = EncodedFrame()
        /// Whether some frame looks otherwise to those who take it compressed.
        var isDeflated = false
        /// The connections that some item treats differently.
        var special: [UInt64] = []

        enum Item: Sendable {
            case frame(EncodedFrame, ServerEventType, except: [ConnectionID])
            case answer(UInt64, FrameID, Acknowledgement)
        }
    }

    private(set) var steps: [Step] = []
    /// When the batch was committed; of several that became one plan, the first.
    var begun: ContinuousClock.Instant?
    /// The steps that a further frame of the same conversation may still be added to.
    private var open: [Int: Int] = [:]

    var isEmpty: Bool { steps.isEmpty }

    /// Adds any step but a run; what follows it does not move before it.
    mutating func add(_ step: Step) {
        open.removeAll(keepingCapacity: true)
        steps.append(step)
    }

    /// Adds a frame for the readers in `slot`.
    mutating func add(
        _ frame: EncodedFrame,
        _ type: ServerEventType,
        slot: Int,
        needs: ReaderTraits,
        except: [ConnectionID],
        loop: Int
    ) {
        var run: Run
        let place: Int
        if let known = open[slot], case .run(let last) = steps[known], last.needs == needs, last.joined.mark == nil,
            frame.mark == nil
        {
            (run, place) = (last, known)
            // Out of the array while it changes: two owners of its buffer would mean a copy.
            steps[place] = .retire(slot: slot)
        } else {
            (run, place) = (Run(slot: slot, needs: needs), steps.count)
            steps.append(.retire(slot: slot))
            open[slot] = place
        }
        run.items.append(.frame(frame, type, except: except))
        if frame.isDeflated { run.isDeflated = true }
        if run.items.count == 1 {
            run.joined = frame
        } else {
            run.joined.append(frame)
        }
        for connection in except where connection.loop == loop { run.special.append(connection.number) }
        steps[place] = .run(run)
    }

    /// Adds what a later batch brings; its frames join the runs that are still open.
    mutating func append(_ later: LoopPlan) {
        for step in later.steps {
            guard case .run(let run) = step else {
                add(step)
                continue
            }
            guard let place = open[run.slot], case .run(var known) = steps[place], known.needs == run.needs,
                known.joined.mark == nil, run.joined.mark == nil
            else {
                open[run.slot] = steps.count
                steps.append(step)
                continue
            }
            steps[place] = .retire(slot: run.slot)
            known.items += run.items
            known.special += run.special
            known.isDeflated = known.isDeflated || run.isDeflated
            known.joined.append(run.joined)
            steps[place] = .run(known)
        }
    }

    /// Adds an answer behind the frame it belongs to, which was just added to `slot` without its connection.
    mutating func addAnswer(_ connection: UInt64, _ frame: FrameID, _ answer: Acknowledgement, slot: Int) {
        guard let place = open[slot], case .run(var run) = steps[place] else {
            add(.answer(connection, frame, answer))
            return
        }
        steps[place] = .retire(slot: slot)
        run.items.append(.answer(connection, frame, answer))
        run.special.append(connection)
        steps[place] = .run(run)
    }
}
