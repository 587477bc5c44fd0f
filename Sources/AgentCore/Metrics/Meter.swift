import Synchronization

/// One number of the agent's own, changed from any thread for the price of an atomic addition.
package final class Meter: Sendable {
    private let value = Atomic<Int>(0)

    package init() {}

    package var current: Int { value.load(ordering: .relaxed) }

    package func add(_ amount: Int = 1) { value.wrappingAdd(amount, ordering: .relaxed) }

    package func subtract(_ amount: Int = 1) { value.wrappingSubtract(amount, ordering: .relaxed) }
}
