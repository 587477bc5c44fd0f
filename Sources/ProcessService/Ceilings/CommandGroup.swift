import AgentCore
import Glibc
import Synchronization

/// The control groups that all children are born into.
final class CommandGroup: Sendable {
    /// Behind it stand the process id of the agent and a number, for those of a process that has several.
    private static let namePrefix = "guest-agent-commands-"
    private static let lastNumber = Atomic(0)

    private let places: [ControlGroupTree.Place]
    /// Of the files by which a process enters the groups.
    private let entrances: [DescriptorBox]

    /// Makes the groups below this process's own and sets their limits.
    ///
    /// - Throws: `unavailable` when the kernel, or the container it shows itself through, offers no such limit.
    init(_ limits: [ControlGroupLimit], in tree: ControlGroupTree) throws(AgentError) {
        let name = "\(Self.namePrefix)\(getpid())-\(Self.lastNumber.wrappingAdd(1, ordering: .relaxed).newValue)"
        var places: [ControlGroupTree.Place] = []
        do throws(AgentError) {
            for limit in limits {
                let parent = try Self.parent(for: limit, in: tree)
                let place = ControlGroupTree.Place(
                    version: parent.version, directory: "\(parent.directory)/\(name)")
                if !places.contains(place) {
                    Self.removeAbandoned(in: parent.directory)
                    try Self.make(place)
                    places.append(place)
                }
                for file in place.version == .one ? limit.version1 : limit.version2 {
                    try ControlGroupFile("\(place.directory)/\(file.name)").write(file.value)
                }
            }
            entrances = try places.map { place throws(AgentError) in try Self.entrance(of: place) }
        } catch {
            for place in places { rmdir(place.directory) }
            throw error
        }
        self.places = places
    }

    deinit { remove() }

    /// Removes the groups, as far as nobody is left in them; nobody enters them any more.
    func remove() {
        for place in places { rmdir(place.directory) }
    }

    /// To be written "0" to by whoever enters.
    var descriptors: [Int32] { entrances.map { $0.owned.rawValue } }

    private static func parent(
        for limit: ControlGroupLimit, in tree: ControlGroupTree
    ) throws(AgentError) -> ControlGroupTree.Place {
        guard let parent = tree.place(of: limit.controller) else {
            throw .unavailable("the kernel offers this process no \(limit.controller) controller of control groups")
        }
        guard parent.version == .two else { return parent }
        let control = ControlGroupFile("\(parent.directory)/cgroup.subtree_control")
        // Refused in any group but the root that has processes of its own.
        if !control.words.contains(limit.controller) { try control.write("+\(limit.controller)") }
        return parent
    }

    private static func make(_ place: ControlGroupTree.Place) throws(AgentError) {
        guard mkdir(place.directory, 0o755) == 0 || errno == EEXIST else {
            throw ControlGroupFile(place.directory).refusal(of: "create", errno)
        }
    }

    private static func entrance(of place: ControlGroupTree.Place) throws(AgentError) -> DescriptorBox {
        let file = ControlGroupFile("\(place.directory)/cgroup.procs")
        let number = open(file.path, O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { throw file.refusal(of: "open", errno) }
        return DescriptorBox(OwnedDescriptor(owning: number))
    }

    /// Groups of agents that were killed. The kernel removes none that has a process in it.
    private static func removeAbandoned(in directory: String) {
        guard let stream = opendir(directory) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) { String(cString: $0) }
            }
            guard name.hasPrefix(namePrefix),
                let owner = pid_t(name.dropFirst(namePrefix.count).prefix { $0 != "-" })
            else { continue }
            if kill(owner, 0) != 0, errno == ESRCH { rmdir("\(directory)/\(name)") }
        }
    }
}
