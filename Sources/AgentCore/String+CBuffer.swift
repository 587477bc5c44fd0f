extension String {
    /// The text that C has written into a buffer: what stands before the first zero, or all of it where there is none.
    /// What is not UTF-8 becomes U+FFFD.
    package init(cBuffer: some Sequence<CChar>) {
        self.init(decoding: cBuffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
