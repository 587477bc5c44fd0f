package import NIOPosix

/// The files of the machine, as the `/fs` API offers them: one extension per verb.
///
/// Every system call that may wait for a disk runs on a pool of blocking threads, never on the cooperative pool. Calls
/// are independent of one another and carry no state; what is kept between calls of one transfer lives in
/// ``ReadableFile`` and ``FileWriter``.
///
/// All verbs throw `AgentError` whose message names the operation and the path, and `CancellationError` when the task
/// was cancelled before the file system was touched.
package struct FileSystemService: Sendable {
    /// How much is read or written at once, in bytes. Large enough that the hop to the pool does not count, small
    /// enough that a transfer costs next to no memory.
    package static let chunkSize = 256 * 1024

    /// Threads of their own for packing and unpacking, which take long and use the processor: other calls need not wait
    /// for them. Started with the first archive.
    private static let archivingThreads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        return threads
    }()

    let blocking: BlockingPool
    var archiving: BlockingPool { BlockingPool(threads: Self.archivingThreads) }
    let unpackLimits: UnpackLimits
    let spoolDirectory: FilePath
    let diskFloor: DiskFloor

    /// - Parameters:
    ///   - blockingPool: where system calls run; its size bounds how many run at once.
    ///   - unpackLimits: how large an archive may become.
    ///   - spoolDirectory: where an uploaded archive waits to be unpacked.
    ///   - diskFloor: what writes leave free.
    package init(
        blockingPool: NIOThreadPool = .singleton, unpackLimits: UnpackLimits = UnpackLimits(),
        spoolDirectory: FilePath = .temporaryDirectory, diskFloor: DiskFloor = .none
    ) {
        self.blocking = BlockingPool(threads: blockingPool)
        self.unpackLimits = unpackLimits
        self.spoolDirectory = spoolDirectory
        self.diskFloor = diskFloor
    }
}
