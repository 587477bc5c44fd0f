import AgentCore
import CFileSystem
import Glibc
import NIOCore

/// The entries of an archive on their way to a directory: first in a hidden directory beside what is there, then moved.
///
/// The hidden directory stands in the deepest directory of the target's path that exists; those that are missing are
/// made in it, like everything else. All methods block; one caller at a time. `discard` must be called unless `publish`
/// returned.
// SAFETY: the call that owns it hands it to one thread at a time and waits for each call before the next.
final class Extraction: @unchecked Sendable {
    private struct OpenFile {
        let descriptor: Descriptor
        let entry: UnpackEntry
        let size: Int64?
    }

    private let target: FilePath
    private let diskFloor: DiskFloor
    private let base: Descriptor
    private let basePath: FilePath
    private let hiddenName: FilePath
    private let staging: DirectoryBeneath
    /// From `base` down to the target: the directories that are missing.
    private let missing: EntryPath
    /// The directory of the last entry: the next is in the same one, most of the time.
    private var parent: (path: EntryPath, descriptor: Descriptor)
    private var file: OpenFile?
    /// What directories get in the end. Until then they are the agent's alone.
    private var directories: [EntryPath: EntryAttributes] = [:]

    init(into target: FilePath, leaving diskFloor: DiskFloor) throws(AgentError) {
        self.target = target
        self.diskFloor = diskFloor
        let location = try UnpackLocation(target)
        base = location.base
        basePath = location.basePath
        missing = location.missing
        hiddenName = try HiddenName.make()
        let root = try Self.makeDirectory(hiddenName, in: location.base, target: target)
        staging = DirectoryBeneath(root: root, shownAs: location.basePath)
        parent = (EntryPath(components: []), root)
    }

    /// Writes a share of the archive out of sight.
    func write(_ batch: UnpackBatch) throws(AgentError) {
        var data = batch.data
        for item in batch.items {
            switch item {
            case .entry(let entry):
                try completeFile()
                try add(entry)
            case .data(let offset, let count):
                guard let bytes = data.readSlice(length: count) else { preconditionFailure("a batch has its data") }
                try write(bytes, at: offset)
            }
        }
    }

    /// Moves all into place. What does not go together with what is there is found out before anything is moved.
    func publish() throws(AgentError) {
        try completeFile()
        // The target itself: an archive may have no entries.
        _ = try directory(missing)
        let merge = Merge(from: staging, to: DirectoryBeneath(root: base, shownAs: basePath))
        let merged = try merge.check()
        try merge.move(merged)
        try setAttributes(except: merged)
        try TreeRemoval.remove(hiddenName, in: base, shownAs: target)
    }

    /// Removes what is out of sight. Nothing else was touched, unless `publish` failed.
    func discard() {
        file = nil
        try? TreeRemoval.remove(hiddenName, in: base, shownAs: target)
    }
}

extension Extraction {
    private static func makeDirectory(
        _ name: FilePath, in base: Descriptor, target: FilePath
    ) throws(AgentError) -> Descriptor {
        let mode = DirectoryBeneath.modeWhileStaged.rawValue
        try SystemCalls.check("unpack into", target) { name.withCString { mkdirat(base.number, $0, mode) } }
        return try SystemCalls.open(
            name, in: base, GA_O_PATH | O_DIRECTORY | O_NOFOLLOW, operation: "unpack into", shownAs: target)
    }

    private func add(_ entry: UnpackEntry) throws(AgentError) {
        let path = EntryPath(components: missing.components + entry.path.components)
        if case .directory = entry.content {
            _ = try directory(path)
            directories[path] = entry.attributes
            return
        }
        guard let name = path.components.last else { return }
        let parent = try directory(path.parent)
        switch entry.content {
        case .directory: break
        case .file(let size):
            let descriptor = try create(name, in: parent, for: entry)
            file = OpenFile(descriptor: descriptor, entry: entry, size: size)
        case .symbolicLink(let linkTarget):
            try place(entry, name, in: parent) { name in
                linkTarget.withCString { symlinkat($0, parent.number, name) }
            }
            if let times = entry.attributes.times {
                _ = name.withCString { utimensat(parent.number, $0, times, AT_SYMLINK_NOFOLLOW) }
            }
        case .hardLink(let first): try link(first, to: name, in: parent, for: entry)
        }
    }

    /// The directory at `path`, made if it is missing, its parents with it.
    private func directory(_ path: EntryPath) throws(AgentError) -> Descriptor {
        if parent.path == path { return parent.descriptor }
        let descriptor = try staging.open(path) { made in
            if directories[made] == nil { directories[made] = .impliedDirectory }
        }
        parent = (path, descriptor)
        return descriptor
    }

    private func create(_ name: FilePath, in parent: Descriptor, for entry: UnpackEntry) throws(AgentError)
        -> Descriptor
    {
        var descriptor: Int32 = -1
        try place(entry, name, in: parent) { name in
            descriptor = openat(parent.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            return descriptor
        }
        return Descriptor(adopting: descriptor)
    }

    /// A link to a symbolic link would be one with another meaning, in another directory.
    private func link(
        _ first: EntryPath, to name: FilePath, in parent: Descriptor, for entry: UnpackEntry
    ) throws(AgentError) {
        guard first != entry.path else { return }
        let path = EntryPath(components: missing.components + first.components)
        guard let firstName = path.components.last, let firstParent = try staging.openIfThere(path.parent),
            let status = try SystemCalls.status(of: firstName, in: firstParent, followingLink: false),
            FileKind(mode: status.st_mode) == .regular
        else {
            let reason = "it is a hard link to \"\(first.shown)\", which is no file that comes before it"
            throw EntryPath.refused(Array(entry.path.shown.utf8), reason)
        }
        try place(entry, name, in: parent) { name in
            firstName.withCString { linkat(firstParent.number, $0, parent.number, name, 0) }
        }
    }

    /// Makes something called `name` with `make`, in place of what an earlier entry put there.
    private func place(
        _ entry: UnpackEntry, _ name: FilePath, in parent: Descriptor, _ make: (UnsafePointer<CChar>) -> Int32
    ) throws(AgentError) {
        if name.withCString(make) >= 0 { return }
        if errno == EEXIST {
            let isFree = name.withCString { unlinkat(parent.number, $0, 0) == 0 }
            guard isFree else {
                throw EntryPath.refused(Array(entry.path.shown.utf8), "another entry of that name is a directory")
            }
            if name.withCString(make) >= 0 { return }
        }
        throw .system(errno: errno, operation: "unpack", path: shown(entry))
    }

    private func shown(_ entry: UnpackEntry) -> String {
        entry.path.components.reduce(target) { $0.appending($1) }.description
    }
}

extension Extraction {
    private func write(_ bytes: ByteBuffer, at offset: Int64) throws(AgentError) {
        guard let file else { return }
        try diskFloor.check(bytes.readableBytes, on: file.descriptor, path: target)
        let result = bytes.withUnsafeReadableBytes { bytes in
            Result { () throws(AgentError) in
                try SystemCalls.write(file.descriptor, from: bytes, at: offset, path: target)
            }
        }
        try result.get()
    }

    private func completeFile() throws(AgentError) {
        guard let file = exchange(&self.file, with: nil) else { return }
        let (descriptor, attributes) = (file.descriptor.number, file.entry.attributes)
        // A file may end in a hole.
        if let size = file.size, size > 0 {
            let path = target
            let status = try SystemCalls.status(of: file.descriptor, path: path)
            if status.st_size < size {
                try SystemCalls.check("unpack into", path) { ftruncate(descriptor, off_t(size)) }
            }
        }
        // After writing, which takes setuid and setgid away.
        try SystemCalls.check("set the mode in", target) { fchmod(descriptor, attributes.mode.rawValue) }
        if let times = attributes.times {
            try SystemCalls.check("set the time in", target) { futimens(descriptor, times) }
        }
        file.descriptor.close()
    }

    /// Deepest first: a directory may forbid the agent's user to go further.
    private func setAttributes(except merged: Set<EntryPath>) throws(AgentError) {
        let published = DirectoryBeneath(root: base, shownAs: basePath)
        let own = directories.filter { !merged.contains($0.key) }
        for (path, attributes) in own.sorted(by: { $0.key.components.count > $1.key.components.count }) {
            let directory = try published.openReadable(path)
            try SystemCalls.check("set the mode in", target) { fchmod(directory.number, attributes.mode.rawValue) }
            if let times = attributes.times {
                try SystemCalls.check("set the time in", target) { futimens(directory.number, times) }
            }
        }
    }
}
