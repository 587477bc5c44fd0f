import Glibc

/// One thing the kernel tells of a watched directory (`man 7 inotify`).
struct InotifyEvent {
    /// The kernel's number of the watch; -1 when events were lost.
    let watch: Int32
    private let mask: UInt32
    /// What the two halves of a rename have in common; 0 for everything else.
    let cookie: UInt32
    /// Empty when it is the directory itself that the event is about.
    let name: [UInt8]
    /// How many bytes the event took in what was read.
    let size: Int

    /// Whether the mask has the bit `flag`.
    func has(_ flag: Int32) -> Bool { mask & UInt32(flag) != 0 }

    /// IN_ISDIR does not fit the type other flags are imported as.
    var isDirectory: Bool { mask & 0x4000_0000 != 0 }

    /// Takes apart what was read from an inotify descriptor.
    static func events(in bytes: [UInt8]) -> [InotifyEvent] {
        let headerSize = MemoryLayout<inotify_event>.size
        var events: [InotifyEvent] = []
        events.reserveCapacity(bytes.count / 32)
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset + headerSize <= buffer.count {
                let header = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                let start = offset + headerSize
                // Names are padded with NULs.
                let name = buffer[start..<min(start + Int(header.len), buffer.count)].prefix { $0 != 0 }
                events.append(
                    InotifyEvent(
                        watch: header.wd, mask: header.mask, cookie: header.cookie, name: Array(name),
                        size: headerSize + Int(header.len)))
                offset = start + Int(header.len)
            }
        }
        return events
    }
}
