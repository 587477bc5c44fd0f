import AgentCore
import Glibc

/// A parser, or a few that take the same kind of input, with what must hold whatever they are given.
///
/// `scripts/fuzz` has libFuzzer look for inputs that break it; `ReplayTests` runs it over those that are known.
struct FuzzTarget: Sendable {
    /// That of its folder in `Tests/Fuzz`.
    let name: String
    /// Throws `FuzzFailure` when something does not hold that must. What the input does not deserve is no failure.
    let run: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, run: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.run = run
    }

    static let all: [FuzzTarget] = [
        .multipart, .headers, .query, .contentCoding, .requestBodies, .eventStream, .webSocket, .relayFrames,
        .addresses, .capabilities, .requestTargets, .browserSetup, .zip, .tar, .zstandard, .paths, .glob, .search,
        .keys, .logLines, .supervisorAnswers, .recordingFiles, .recordingJournal, .nodeFrames,
    ]
}

/// Something does not hold that must hold for every input.
struct FuzzFailure: Error, CustomStringConvertible {
    let description: String
}

/// Throws `FuzzFailure` unless `condition` holds.
func require(_ condition: Bool, _ description: @autoclosure () -> String) throws(FuzzFailure) {
    guard condition else { throw FuzzFailure(description: description()) }
}

/// What `body` returns, or `nil` when it refuses the input with an error that says that the client is at fault, and why.
func unlessRefused<Result>(_ body: () throws -> Result) throws -> Result? {
    do {
        return try body()
    } catch let error as AgentError {
        // A pattern may take too long, which clients know as 500; everything else must not be the agent's fault.
        try require(error.code.httpStatus < 500 || error.code == .timeout, "refused with \(error)")
        try require(!error.message.isEmpty, "refused without a word: \(error)")
        return nil
    }
}

/// A file without a name, in memory, with `bytes` in it. The caller closes it.
func unnamedFile(with bytes: [UInt8]) throws -> Int32 {
    var template = Array("/dev/shm/guest-agent-fuzz-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try require(descriptor >= 0, "no file can be made in /dev/shm")
    unlink(template)
    try require(write(descriptor, bytes, bytes.count) == bytes.count, "no memory for a file")
    return descriptor
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The input up to the first line feed, and what follows it.
    var firstLine: (line: [UInt8], rest: [UInt8]) {
        let end = firstIndex(of: 0x0A) ?? endIndex
        return (Array(self[..<end]), Array(self[end...].dropFirst()))
    }

    /// The input in pieces, as a network may deliver it: their sizes follow from the input itself.
    var pieces: [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = self[...]
        while let first = rest.first {
            let piece = rest.prefix(Int(first) % 23 + 1)
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}
