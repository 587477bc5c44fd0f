/// The body of /computer/clipboard/write and the answer of /computer/clipboard/read.
package struct ClipboardText: Codable, Sendable {
    package let text: String

    package init(text: String) { self.text = text }
}
