package import AgentCore
import Glibc

/// A second descriptor of somebody's socket, closed with its last holder.
///
/// Being a descriptor of its own it stays valid, and never comes to mean another file, when the owner closes theirs;
/// the connection itself then ends only when this one is gone too.
package struct SocketDescriptor: Sendable {
    private let descriptor: Descriptor

    var number: Int32 { descriptor.number }

    /// - Throws: `unavailable` when the process has no descriptors left.
    package init(duplicating number: Int32) throws(AgentError) {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw .system(errno: errno, operation: "use", path: "a connection") }
        descriptor = Descriptor(adopting: copy)
    }
}
