import Glibc

/// A secret that came in the environment.
enum EnvironmentSecret {
    /// Takes it out: neither children nor `/proc/PID/environ`, which shows the memory that the process was started with,
    /// have it afterwards. To be called before there are other threads that look at the environment.
    ///
    /// - Returns: `nil` when there is none, or an empty one.
    static func take(_ variable: String) -> String? {
        guard let value = getenv(variable) else { return nil }
        let text = String(cString: value)
        memset(value, 0, strlen(value))
        unsetenv(variable)
        return text.isEmpty ? nil : text
    }
}
