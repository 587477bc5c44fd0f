/// Which of its two outputs a process wrote to.
package enum OutputStream: String, Sendable {
    case stdout, stderr
}
