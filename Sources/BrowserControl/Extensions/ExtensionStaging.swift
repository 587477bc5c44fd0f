import AgentCore
import FSService
import Glibc
import NIOCore

/// Unpacks extensions out of Chromium's sight and looks into them, so that most of what can be wrong with them is found
/// before anything is changed.
struct ExtensionStaging: Sendable {
    /// Extensions in one request.
    static let countLimit = 20
    /// Of one archive, in bytes.
    static let sizeLimit = 50 << 20

    let browserFiles: BrowserFiles
    private var files: FileSystemService { browserFiles.files }
    private var directory: FilePath { browserFiles.places.extensions }

    init(_ browserFiles: BrowserFiles) {
        self.browserFiles = browserFiles
    }

    /// Nothing is left of them when it throws.
    ///
    /// - Throws: `invalidArgument` for names that are taken, too many or too large archives, bad archives and manifests.
    func stage(_ uploads: [ExtensionUpload]) async throws -> [StagedExtension] {
        guard !uploads.isEmpty else { return [] }
        try await check(uploads)
        try await files.createDirectory(directory)
        try await browserFiles.give(directory)
        var staged: [StagedExtension] = []
        do {
            for upload in uploads { staged.append(try await stage(upload)) }
            return staged
        } catch {
            await discard(staged)
            throw error
        }
    }

    func discard(_ staged: [StagedExtension]) async {
        for each in staged { try? await files.deleteDirectory(each.staging) }
    }

    private func check(_ uploads: [ExtensionUpload]) async throws {
        guard uploads.count <= Self.countLimit else {
            throw AgentError.invalidArgument("at most \(Self.countLimit) extensions at a time")
        }
        for (index, upload) in uploads.enumerated() {
            guard upload.archive.size <= Self.sizeLimit else {
                throw AgentError.invalidArgument("the archive of \(upload.name) has more than 50 MiB")
            }
            let isRepeated = uploads[..<index].contains { $0.name == upload.name }
            let isTaken = await browserFiles.exists(try place(of: upload.name))
            guard !isRepeated, !isTaken else {
                throw AgentError.invalidArgument("there is an extension \(upload.name) already: choose another name")
            }
        }
    }

    private func stage(_ upload: ExtensionUpload) async throws -> StagedExtension {
        let place = try place(of: upload.name)
        let staging = try browserFiles.sibling(of: place, for: "upload")
        do {
            try await files.unpack(upload.archive, as: .zip, into: staging)
            let (id, installation) = try await inspect(upload.name, at: staging, place: place)
            try await browserFiles.give(staging)
            return StagedExtension(
                name: upload.name, id: id, installation: installation, staging: staging, place: place)
        } catch {
            try? await files.deleteDirectory(staging)
            throw error
        }
    }

    private func inspect(
        _ name: ExtensionName, at staging: FilePath, place: FilePath
    ) async throws -> (ExtensionID, StagedExtension.Installation) {
        let file = try SmallFile(path: staging.appending(FilePath("manifest.json")), files: files)
        guard let content = try await file.read() else {
            throw AgentError.invalidArgument("the archive of \(name) has no manifest.json at its top")
        }
        let manifest = try ExtensionManifest(content, of: name)
        if manifest.wantsPolicyInstall, let update = try await updateManifest(name, at: staging) {
            return (update, .forced)
        }
        guard let key = manifest.key else { return (try await unpackedID(of: name), .unpacked) }
        guard let id = ExtensionID(key: key) else {
            throw AgentError.invalidArgument("\"key\" in manifest.json of \(name) is not base64")
        }
        return (id, .unpacked)
    }

    /// Rewrites `update.xml`, if there is one, for the place it will be served from.
    private func updateManifest(_ name: ExtensionName, at staging: FilePath) async throws -> ExtensionID? {
        let file = try SmallFile(path: staging.appending(FilePath("update.xml")), files: files)
        guard let content = try await file.read() else { return nil }
        let shares = try await files.list(staging) { $0.map(\.name) }.shares
        let update = try UpdateManifest(
            String(buffer: content), of: name, files: Set(shares.joined()),
            address: browserFiles.places.extensionsAddress + "\(name)/")
        try await file.write(ByteBuffer(string: update.text))
        return update.id
    }

    private func place(of name: ExtensionName) throws(AgentError) -> FilePath {
        directory.appending(try FilePath(name.description))
    }

    /// Chromium resolves the links on the way to an extension before it takes the id from its path.
    private func unpackedID(of name: ExtensionName) async throws -> ExtensionID {
        let resolved = realpath(directory.description, nil)
        defer { free(resolved) }
        let parent = resolved.map { String(cString: $0) } ?? directory.description
        return ExtensionID(unpackedAt: "\(parent)/\(name)")
    }
}
