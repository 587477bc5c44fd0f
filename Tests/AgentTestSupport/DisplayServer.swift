import AgentCore
import Glibc

/// Starts an X server on a display of its own choice, unless `command` names one, and waits until it takes clients.
///
/// Returns the process and the number of the display.
func startDisplayServer(_ command: [String]) async throws -> (ChildProcess, Int) {
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
