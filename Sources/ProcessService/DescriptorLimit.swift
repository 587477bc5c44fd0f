import CAgentShims

/// How many files the daemon may have open.
package enum DescriptorLimit {
    /// Raises the limit to what the system allows at all (`man 2 getrlimit`, RLIMIT_NOFILE): the usual 1024 are no more
    /// than a few hundred uploads. Commands get the limit the daemon was started with. Called once, at start.
    ///
    /// Where the system refuses, the daemon works with what it has.
    package static func raise() {
        _ = ga_descriptor_limit_raise()
    }
}
