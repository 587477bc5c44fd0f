import Glibc

/// The file through which the platform is told whether it may put the machine to sleep: `+` forbids it, `-` allows it
/// again. The platform counts, so each `+` needs its `-`.
struct ScaleToZeroControl {
    let path: String

    /// - Throws: `internalError` when there is a control file and it does not take the order.
    func keepAwake() throws(AgentError) {
        try write("+", toDo: "keep the machine awake")
    }

    /// - Throws: as `keepAwake`.
    func allowSleep() throws(AgentError) {
        try write("-", toDo: "let the machine sleep")
    }

    private func write(_ order: StaticString, toDo purpose: String) throws(AgentError) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // Nobody is there to be told.
            if errno == ENOENT { return }
            throw failure(purpose)
        }
        let file = OwnedDescriptor(owning: descriptor)
        guard Glibc.write(file.rawValue, order.utf8Start, order.utf8CodeUnitCount) == order.utf8CodeUnitCount else {
            throw failure(purpose)
        }
    }

    private func failure(_ purpose: String) -> AgentError {
        .internalError("cannot \(purpose) through \(path)", cause: String(cString: strerror(errno)))
    }
}
