import CFileSystem

/// File systems that hold no files but show the kernel's state: `/proc`, `/sys` and those below. Walks of trees do not
/// enter them from outside, for there is no end to what they show.
enum PseudoFileSystem {
    /// proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs, devpts, bpf, pstore, efivarfs, configfs, selinuxfs,
    /// binfmt_misc, fusectl, mqueue, nsfs (`man 2 statfs`).
    private static let types: Set<UInt64> = [
        0x9FA0, 0x6265_6572, 0x27_E0EB, 0x6367_7270, 0x6462_6720, 0x7472_6163, 0x7363_6673, 0x1CD1, 0xCAFE_4A11,
        0x6165_676C, 0xDE5E_81E4, 0x6265_6570, 0xF97C_FF8C, 0x4249_4E4D, 0x6573_5543, 0x1980_0202, 0x6E73_6673,
    ]

    static func holds(_ directory: Descriptor) -> Bool {
        types.contains(ga_file_system_type(directory.number))
    }
}
