import AgentCore
import Glibc
import Synchronization

private let displaysTaken = Atomic(0)

/// A display number that is this test process's own also while no server runs on it: a server that is to come back
/// there must not find that another has taken it.
package func unusedDisplayNumber() -> Int {
    while true {
        let taken = displaysTaken.add(1, ordering: .relaxed).newValue
        let number = 1000 + Int(getpid()) % 500 * 100 + taken
        if access("/tmp/.X\(number)-lock", F_OK) != 0, access("/tmp/.X11-unix/X\(number)", F_OK) != 0 { return number }
    }
}

/// Starts an X server on a display of its own choice, unless `command` names one, and waits until it takes clients.
///
/// Returns the process and the number of the display.
func startDisplayServer(_ command: [String]) async throws -> (process: ChildProcess, number: Int) {
    let ends = try pipeEnds()
    _ = fcntl(ends.reading, F_SETFL, O_NONBLOCK)
    defer { for end in [ends.reading, ends.writing] { close(end) } }
    let process = try ChildProcess(command + ["-displayfd", "3"], descriptor: ends.writing)
    var answer = ""
    guard await eventually(within: .seconds(20), { reads(ends.reading, into: &answer) }),
        let number = Int(answer.dropLast())
    else {
        process.end(signal: SIGKILL)
        throw AgentError.unavailable("\(command[0]) did not start; it said \"\(answer)\"")
    }
    return (process, number)
}

/// Reads what has been written so far; true at the end of the line.
private func reads(_ descriptor: Int32, into answer: inout String) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    if count > 0 { answer += String(decoding: bytes.prefix(count), as: UTF8.self) }
    return answer.hasSuffix("\n")
}
