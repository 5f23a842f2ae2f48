import Logging
import NIOHTTP1

extension LoopReaders {
    /// A request is answered by the front itself, before anybody else has seen it.
    func refused(_ status: HTTPResponseStatus) {
        metrics.refused(status: status.code)
        log.note(.requestRefused, ["status": "\(status.code)"])
    }
}
