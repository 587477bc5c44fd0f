extension FileInfo {
    /// Kind and permissions in the letters clients know from Go's `fs.FileMode`: `-rw-r--r--`, `drwxr-xr-x`.
    ///
    /// Ten characters, except that kind, setuid (`u`), setgid (`g`) and sticky (`t`) are letters of their own in front
    /// of the nine permissions: `/tmp` is `dtrwxrwxrwx`. Only a file with none of them starts with `-`.
    package var modeDescription: String {
        // Written in place: this runs for every entry of a listing, and the text fits into the string itself.
        String(unsafeUninitializedCapacity: 15) { buffer in
            var count = 0
            func append(_ letter: Unicode.Scalar) {
                buffer[count] = UInt8(ascii: letter)
                count += 1
            }
            if let kindLetter { append(kindLetter) }
            if mode.rawValue & 0o4000 != 0 { append("u") }
            if mode.rawValue & 0o2000 != 0 { append("g") }
            if kind == .characterDevice { append("c") }
            if mode.rawValue & 0o1000 != 0 { append("t") }
            if count == 0 { append("-") }
            for shift in stride(from: 6, through: 0, by: -3) {
                append(mode.rawValue >> UInt32(shift) & 4 != 0 ? "r" : "-")
                append(mode.rawValue >> UInt32(shift) & 2 != 0 ? "w" : "-")
                append(mode.rawValue >> UInt32(shift) & 1 != 0 ? "x" : "-")
            }
            return count
        }
    }

    private var kindLetter: Unicode.Scalar? {
        switch kind {
        case .regular: nil
        case .directory: "d"
        case .symbolicLink: "L"
        case .fifo: "p"
        case .socket: "S"
        case .characterDevice, .blockDevice: "D"
        }
    }
}
