/// What has been done so far and how to undo it, latest first.
struct Rollback {
    private var steps: [@Sendable () async -> Void] = []

    var isEmpty: Bool { steps.isEmpty }

    mutating func onFailure(_ step: @escaping @Sendable () async -> Void) {
        steps.append(step)
    }

    /// Undoes everything. A step that cannot be undone must not keep the others from it, so none of them throws.
    func undo() async {
        for step in steps.reversed() { await step() }
    }
}
