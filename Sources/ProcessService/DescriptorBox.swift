import AgentCore

/// A descriptor that is there or not: an optional of a value without copies cannot be looked into.
final class DescriptorBox: Sendable {
    let owned: OwnedDescriptor

    init(_ owned: consuming OwnedDescriptor) {
        self.owned = owned
    }
}
