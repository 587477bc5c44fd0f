extension FileInfo {
    /// Kind and permissions in the letters clients know from Go's `fs.FileMode`: `-rw-r--r--`, `drwxr-xr-x`.
    ///
    /// Ten characters, except that kind, setuid (`u`), setgid (`g`) and sticky (`t`) are letters of their own in front
    /// of the nine permissions: `/tmp` is `dtrwxrwxrwx`. Only a file with none of them starts with `-`.
    package var modeDescription: String {
        let special: [(UInt32, String)] = [(0o4000, "u"), (0o2000, "g")]
        var prefix = kindLetters + special.filter { mode.rawValue & $0.0 != 0 }.map(\.1).joined()
        if kind == .characterDevice { prefix += "c" }
        if mode.rawValue & 0o1000 != 0 { prefix += "t" }
        return (prefix.isEmpty ? "-" : prefix) + permissionLetters
    }

    private var kindLetters: String {
        switch kind {
        case .regular: ""
        case .directory: "d"
        case .symbolicLink: "L"
        case .fifo: "p"
        case .socket: "S"
        case .characterDevice, .blockDevice: "D"
        }
    }

    private var permissionLetters: String {
        let letters = "rwxrwxrwx".enumerated().map { index, letter in
            mode.rawValue & (0o400 >> UInt32(index)) != 0 ? letter : "-"
        }
        return String(letters)
    }
}
