import CMemory
import Glibc

/// What makes a snapshot of the machine small, and good even without its memory.
package enum SnapshotPreparation {
    /// Gives memory back to the kernel and waits until everything written to files is on the disks. Blocks.
    package static func run() {
        ga_memory_trim()
        sync()
    }
}
