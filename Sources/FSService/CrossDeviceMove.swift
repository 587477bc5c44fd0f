import AgentCore
import Glibc

/// A move to another file system: copy, put in place, delete.
struct CrossDeviceMove {
    private let source: FilePath
    private let destination: FilePath
    private let sourceName: FilePath
    private let sourceParent: Descriptor
    private let destinationName: FilePath
    private let destinationParent: Descriptor
    private let diskFloor: DiskFloor

    init(from source: FilePath, to destination: FilePath, leaving diskFloor: DiskFloor) throws(AgentError) {
        self.source = source
        self.diskFloor = diskFloor
        self.destination = destination
        sourceName = try FilePath(bytes: Array(source.lastComponent))
        destinationName = try FilePath(bytes: Array(destination.lastComponent))
        sourceParent = try SystemCalls.open(source.parent, O_RDONLY | O_DIRECTORY, operation: "move", shownAs: source)
        destinationParent = try SystemCalls.open(
            destination.parent, O_RDONLY | O_DIRECTORY, operation: "move to", shownAs: destination)
    }

    /// Blocks until all is moved. When it throws, either nothing has changed, or the destination is complete and some of
    /// the source could not be deleted.
    func run() throws(AgentError) {
        let hidden = try HiddenName.make()
        do throws(AgentError) {
            var copy = TreeCopy(into: destinationParent, shownAs: destination, leaving: diskFloor)
            try copy.run(sourceName, in: sourceParent, as: hidden)
            try putInPlace(hidden)
        } catch {
            Self.discard(hidden, in: destinationParent)
            throw error
        }
        try Self.remove(sourceName, in: sourceParent, path: source)
    }

    private func putInPlace(_ hidden: FilePath) throws(AgentError) {
        let parent = destinationParent.number
        try SystemCalls.check("move to", destination) {
            hidden.withCString { old in destinationName.withCString { renameat(parent, old, parent, $0) } }
        }
    }

    /// What is left of a failed copy. That it failed is what the client is told.
    private static func discard(_ hidden: FilePath, in parent: Descriptor) {
        try? remove(hidden, in: parent, path: hidden)
    }

    private static func remove(_ name: FilePath, in parent: Descriptor, path: FilePath) throws(AgentError) {
        if name.withCString({ unlinkat(parent.number, $0, 0) }) == 0 { return }
        guard errno == EISDIR else { throw .system(errno: errno, operation: "delete", path: path.description) }
        try TreeRemoval.remove(name, in: parent, shownAs: path)
    }
}
