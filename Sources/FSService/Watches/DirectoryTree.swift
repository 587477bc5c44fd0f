/// The directories of one watch by the kernel's numbers, and how they hang together. Holds names only; a directory that
/// is renamed takes everything below along.
///
/// One that was seen to leave its place is kept as stray, for it may turn up elsewhere.
struct DirectoryTree {
    private struct Node {
        /// `nil` for the root and for strays.
        var parent: Int32?
        var name: [UInt8] = []
        /// Directories only.
        var children: [[UInt8]: Int32] = [:]
    }

    enum Placement {
        /// It was there before.
        case known
        /// It was a stray.
        case returned
        case new
    }

    let root: Int32
    private var nodes: [Int32: Node]
    private(set) var strays: Set<Int32> = []

    init(root: Int32) {
        self.root = root
        nodes = [root: Node()]
    }

    var watches: some Collection<Int32> { nodes.keys }

    func contains(_ watch: Int32) -> Bool { nodes[watch] != nil }

    /// The names that lead from the root to the directory; `nil` when it has no place.
    func names(of watch: Int32) -> [[UInt8]]? {
        var names: [[UInt8]] = []
        var current = watch
        while current != root {
            guard let node = nodes[current], let parent = node.parent else { return nil }
            names.append(node.name)
            current = parent
        }
        return nodes[watch] == nil ? nil : names.reversed()
    }

    /// Whether the directory has a place, and it is another one.
    func isElsewhere(_ watch: Int32, than name: [UInt8], in parent: Int32) -> Bool {
        guard let node = nodes[watch], names(of: watch) != nil else { return false }
        return watch == root || node.parent != parent || node.name != name
    }

    /// Whether another directory has the place.
    func isTaken(_ name: [UInt8], in parent: Int32, for watch: Int32) -> Bool {
        nodes[parent]?.children[name].map { $0 != watch } ?? false
    }

    /// Gives a directory its place. One that had it becomes a stray.
    mutating func place(_ watch: Int32, as name: [UInt8], in parent: Int32) -> Placement {
        let previous = nodes[watch]
        if let previous, previous.parent == parent, previous.name == name { return .known }
        if watch == root || watch == parent || nodes[parent] == nil { return .known }
        strays.remove(watch)
        if let previous, let oldParent = previous.parent { nodes[oldParent]?.children[previous.name] = nil }
        detach(name, from: parent)
        breakCycle(placing: watch, in: parent)
        nodes[watch, default: Node()].parent = parent
        nodes[watch]?.name = name
        nodes[parent]?.children[name] = watch
        return previous == nil ? .new : .returned
    }

    /// Takes the directory at a place out of it, and returns its number if there is one.
    @discardableResult
    mutating func detach(_ name: [UInt8], from parent: Int32) -> Int32? {
        guard let watch = nodes[parent]?.children.removeValue(forKey: name) else { return nil }
        nodes[watch]?.parent = nil
        strays.insert(watch)
        return watch
    }

    /// Makes strays of the directories right below.
    mutating func detachChildren(of watch: Int32) {
        for name in (nodes[watch]?.children ?? [:]).keys { detach(name, from: watch) }
    }

    /// Forgets a directory and everything below; returns all their numbers.
    mutating func removeSubtree(_ watch: Int32) -> [Int32] {
        var removed: [Int32] = []
        var rest = [watch]
        while let next = rest.popLast() {
            guard let node = forgetAlone(next) else { continue }
            removed.append(next)
            rest += node.children.values
        }
        return removed
    }

    /// Forgets a directory that is no more. What was below it has no place now.
    mutating func forget(_ watch: Int32) {
        guard let node = forgetAlone(watch) else { return }
        for child in node.children.values {
            nodes[child]?.parent = nil
            strays.insert(child)
        }
    }

    /// A directory above `parent` cannot be put below it: what leads from there to `parent` has been moved, though
    /// nobody has told yet.
    private mutating func breakCycle(placing watch: Int32, in parent: Int32) {
        var current = parent
        while let node = nodes[current], let above = node.parent {
            if above == watch {
                detach(node.name, from: above)
                return
            }
            current = above
        }
    }

    private mutating func forgetAlone(_ watch: Int32) -> Node? {
        guard let node = nodes.removeValue(forKey: watch) else { return nil }
        strays.remove(watch)
        if let parent = node.parent, nodes[parent]?.children[node.name] == watch {
            nodes[parent]?.children[node.name] = nil
        }
        return node
    }
}
