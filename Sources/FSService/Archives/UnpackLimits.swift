/// How large an archive may become when it is unpacked. What exceeds a limit is refused as a whole.
package struct UnpackLimits: Sendable {
    /// Entries of the archive, those left out included.
    package var entries = 1_000_000
    /// All files together, in bytes, holes included.
    package var bytes: Int64 = 64 << 30
    /// Unpacked over packed size. Counts only beyond `ratioFloor`: little can be as regular as it likes.
    package var ratio: Int64 = 1000
    /// Unpacked bytes that are let through whatever their ratio.
    package var ratioFloor: Int64 = 64 << 20
    /// Components in the path of an entry.
    package var depth = 128

    package init() {}
}
