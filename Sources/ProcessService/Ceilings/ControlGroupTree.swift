import AgentCore

/// Where this process stands in the kernel's control groups (`man 7 cgroups`).
struct ControlGroupTree {
    /// A group of one hierarchy.
    struct Place: Equatable {
        enum Version {
            /// A hierarchy for a few controllers.
            case one
            /// The one hierarchy for all.
            case two
        }

        let version: Version
        let directory: String
    }

    private let mounts: [Mount]
    /// Path of this process's group by controller; under the empty name that of version 2.
    private let groups: [String: String]

    /// - Parameters:
    ///   - mountInfo: as in `/proc/self/mountinfo`.
    ///   - membership: as in `/proc/self/cgroup`.
    init(mountInfo: String, membership: String) {
        mounts = mountInfo.split(separator: "\n").compactMap(Mount.init)
        groups = membership.split(separator: "\n").reduce(into: [:]) { groups, line in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return }
            for controller in fields[1].split(separator: ",", omittingEmptySubsequences: false) {
                groups[String(controller)] = String(fields[2])
            }
        }
    }

    /// This process's group in the hierarchy that has `controller`; `nil` when none has.
    func place(of controller: String) -> Place? {
        if let group = groups[controller],
            let mount = mounts.first(where: { $0.type == "cgroup" && $0.options.contains(controller) })
        {
            return Place(version: .one, directory: mount.directory(of: group))
        }
        guard let group = groups[""], let mount = mounts.first(where: { $0.type == "cgroup2" }) else { return nil }
        let directory = mount.directory(of: group)
        let controllers = ControlGroupFile("\(directory)/cgroup.controllers").words
        return controllers.contains(controller) ? Place(version: .two, directory: directory) : nil
    }
}

extension ControlGroupTree {
    /// A line of `/proc/self/mountinfo` (`man 5 proc_pid_mountinfo`).
    private struct Mount {
        let type: String
        let options: [String]
        private let root: String
        private let point: String

        init?(_ line: Substring) {
            let fields = line.split(separator: " ")
            guard let separator = fields.firstIndex(of: "-"), separator > 5, fields.count > separator + 3 else {
                return nil
            }
            type = String(fields[separator + 1])
            options = fields[separator + 3].split(separator: ",").map(String.init)
            root = String(fields[3])
            point = String(fields[4])
        }

        /// A mount may show only what is below its root.
        func directory(of group: String) -> String {
            let relative = root != "/" && group.hasPrefix(root) ? String(group.dropFirst(root.count)) : group
            return relative == "/" || relative.isEmpty ? point : "\(point)/\(relative.drop { $0 == "/" })"
        }
    }
}
