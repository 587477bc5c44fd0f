import AgentCore
import Glibc
import Testing

@Suite("AgentError")
struct AgentErrorTests {
    @Test(
        "error numbers become codes",
        arguments: [
            (ENOENT, AgentError.Code.notFound), (EEXIST, .conflict), (EACCES, .permissionDenied),
            (ENOTDIR, .invalidArgument), (ENOSPC, .insufficientStorage), (EMFILE, .unavailable), (9999, .internalError),
        ])
    func errnoTable(errno: Int32, code: AgentError.Code) {
        #expect(AgentError.code(forErrno: errno) == code)
    }

    @Test("a system error names the operation and the path")
    func systemMessage() {
        let error = AgentError.system(errno: ENOENT, operation: "open", path: "/no/such")
        #expect(error.message == "cannot open /no/such: no such file or directory")
    }
}
