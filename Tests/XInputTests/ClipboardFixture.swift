import AgentCore
import AgentTestSupport
import Glibc
import XInput

/// A clipboard on a display of its own, and xclip as the other program.
struct ClipboardFixture {
    let xvfb: XvfbFixture
    let clipboard: Clipboard
    private let files: ScratchFiles

    static func with(_ body: (ClipboardFixture) async throws -> Void) async throws {
        let files = try ScratchFiles()
        try await XvfbFixture.with { xvfb in
            let clipboard = try Clipboard(displayName: xvfb.displayName)
            try await body(ClipboardFixture(xvfb: xvfb, clipboard: clipboard, files: files))
        }
    }

    /// What another program gets by pasting; empty when it gets nothing.
    func paste(as target: String = "UTF8_STRING") async throws -> String {
        try await waitForEnd(of: startPaste(into: "paste", as: target))
        return text(of: "paste")
    }

    /// Has another program paste into a file.
    func startPaste(into name: String, as target: String = "UTF8_STRING") throws -> ChildProcess {
        try start("exec xclip -selection clipboard -o -t '\(target)' > \(files.path(name))")
    }

    func waitForEnd(of process: ChildProcess) async throws {
        guard await eventually(within: .seconds(20), { !ProcessFacts.isAlive(process.pid) }) else {
            throw AgentError(.timeout, "xclip does not end")
        }
        process.end()
    }

    func text(of name: String) -> String {
        String(decoding: files.read(name) ?? [], as: UTF8.self)
    }

    /// Has another program copy a text, which it gives away until it is ended. Returns once it has the clipboard.
    func copy(_ text: String) async throws -> ChildProcess {
        try files.write(Array(text.utf8), to: "copy")
        let owner = try start("exec xclip -quiet -selection clipboard -i \(files.path("copy"))")
        guard try await eventually({ try await clipboard.read() == text }) else {
            throw AgentError(.timeout, "xclip did not take the clipboard")
        }
        return owner
    }

    func errorOfReading() async -> AgentError? {
        do {
            _ = try await clipboard.read()
            return nil
        } catch {
            return error as? AgentError
        }
    }

    private func start(_ command: String) throws -> ChildProcess {
        try ChildProcess(["sh", "-c", command], environment: ["DISPLAY": xvfb.displayName])
    }
}
