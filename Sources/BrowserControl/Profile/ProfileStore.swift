import AgentCore
package import FSService
import NIOCore

/// A profile that is to become the browser's.
package struct ProfileUpload: Sendable {
    /// A tar archive in Zstandard.
    package let archive: Spool
    /// Leading components to leave out of the names in it.
    package let stripComponents: Int

    package init(archive: Spool, stripComponents: Int) {
        self.archive = archive
        self.stripComponents = stripComponents
    }
}

/// Chromium's user data directory: replaced as a whole, and handed out as a whole.
struct ProfileStore: Sendable {
    /// What Chromium makes anew by itself, most of a profile's size; and the locks of a running browser.
    private static let leftOut: Set<String> = [
        "Cache", "Code Cache", "GPUCache", "DawnGraphiteCache", "DawnWebGPUCache", "GrShaderCache", "GraphiteDawnCache",
        "ShaderCache", "Crashpad", "Crash Reports", "component_crx_cache", "SingletonLock", "SingletonSocket",
        "SingletonCookie",
    ]

    let browserFiles: BrowserFiles
    private var files: FileSystemService { browserFiles.files }
    private var place: FilePath { browserFiles.places.profile }

    /// Unpacks a profile beside the one in use and returns where. Nothing is left when it throws.
    ///
    /// - Parameter droppingSessions: whether to leave out the tabs it had open.
    /// - Throws: as `FileSystemService.unpack`.
    func stage(_ upload: ProfileUpload, droppingSessions: Bool) async throws -> FilePath {
        let staging = try browserFiles.sibling(of: place, for: "profile")
        do {
            try await files.unpack(
                upload.archive, as: .tarZstd, into: staging, stripComponents: upload.stripComponents)
            if droppingSessions {
                try await files.deleteDirectory(FilePath("\(staging)/Default/Sessions"))
            }
            try await browserFiles.give(staging)
            return staging
        } catch {
            try? await files.deleteDirectory(staging)
            throw error
        }
    }

    /// Puts a staged profile in the place of the one in use, which goes to where it returns. The browser must be down.
    func swap(in staging: FilePath) async throws -> FilePath {
        let earlier = try browserFiles.sibling(of: place, for: "earlier")
        if await browserFiles.exists(place) {
            try await files.move(place, to: earlier)
        } else {
            try await files.createDirectory(earlier)
        }
        do {
            try await files.move(staging, to: place)
        } catch {
            try? await files.move(earlier, to: place)
            throw error
        }
        return earlier
    }

    /// The profile as tar in Zstandard, without caches, on disk. The browser must be down: else files are caught between
    /// two writes.
    func pack() async throws -> Spool {
        try await files.spool(files.pack(place, as: .tarZstd, level: .fastest, leavingOut: Self.leftOut))
    }

    func discard(_ path: FilePath) async {
        try? await files.deleteDirectory(path)
    }
}
