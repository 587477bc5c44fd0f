package import AgentCore
import Glibc

/// The kernel's source of random numbers (`man 4 random`).
package enum KernelRandomness {
    /// `RNDRESEEDCRNG` of `<linux/random.h>`, a macro that Swift cannot read.
    private static let reseed: UInt = 0x5207

    /// Mixes `entropy` in and starts new sequences, so that machines restored from one snapshot do not draw the same
    /// numbers. Without `entropy` that takes a processor with a random generator, or a kernel that has heard some noise
    /// since.
    ///
    /// Where the agent may not start new sequences (`man 7 capabilities`, CAP_SYS_ADMIN), as in most containers, the
    /// kernel is that of the machine below, whose platform sees to it; `entropy` is mixed in all the same.
    package static func renew(with entropy: [UInt8]) throws(AgentError) {
        let path = "/dev/urandom"
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno: errno, operation: "open", path: path) }
        let device = OwnedDescriptor(owning: descriptor)
        guard write(device.rawValue, entropy, entropy.count) == entropy.count else {
            throw .system(errno: errno, operation: "write to", path: path)
        }
        guard ioctl(device.rawValue, reseed) == 0 || errno == EPERM else {
            throw .system(errno: errno, operation: "renew the randomness of", path: path)
        }
    }
}
