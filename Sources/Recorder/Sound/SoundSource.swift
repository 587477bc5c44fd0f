/// Where the sound of recordings comes from.
package struct SoundSource: Sendable, Equatable {
    /// PulseAudio's address, such as "unix:/run/user/1000/pulse/native".
    package let server: String
    /// A source of that server: for what programs play, the monitor of their sink.
    package let name: String

    package init(server: String, name: String) {
        (self.server, self.name) = (server, name)
    }
}

/// What is recorded, and how it is stored: 48,000 frames a second of two channels.
enum SoundFormat {
    static let rate: Int64 = 48_000
    static let channels = 2
    /// Of the file, in bits per second.
    static let bitRate: Int64 = 128_000
}
