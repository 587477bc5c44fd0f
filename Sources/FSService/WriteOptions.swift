/// What a write does besides putting bytes into a file.
package struct WriteOptions: Sendable {
    /// Where the bytes go.
    package enum Placement: Sendable, Hashable {
        /// They become the whole file, all of them or none.
        case whole
        /// They are written into the file that is there, from an offset on that is not behind its end. What has arrived
        /// stays, also when the write is broken off, so that it can be resumed there. When the write is complete, what
        /// follows the last byte goes if `truncating`, and stays otherwise.
        case part(from: Int64, truncating: Bool)
    }

    /// The mode the file gets, untouched by the umask; `nil` keeps that of a file that is there, and means
    /// `FileMode.newFile` where there is none.
    package var mode: FileMode?
    package var placement: Placement
    /// Whether data and names are on the disk, and not just on their way there, when the write is complete.
    package var isDurable: Bool
    /// That of the service which writes.
    var diskFloor = DiskFloor.none

    package init(mode: FileMode? = nil, placement: Placement = .whole, isDurable: Bool = false) {
        self.mode = mode
        self.placement = placement
        self.isDurable = isDurable
    }
}
