import CThread
import Glibc

/// Starts threads that nobody joins.
enum DetachedThread {
    /// Runs `body` on a thread of its own, which ends when `body` returns.
    ///
    /// - Parameters:
    ///   - name: shown by `ps -L` and debuggers; the kernel keeps the first 15 bytes.
    ///   - niceness: the thread's scheduling priority (`man 2 setpriority`); 0 leaves it alone.
    /// - Throws: `unavailable` when the system gives no more threads.
    static func start(
        name: String, niceness: Int32 = 0, body: @escaping @Sendable () -> Void
    ) throws(AgentError) {
        let context = Unmanaged.passRetained(Context(name: name, niceness: niceness, body: body))
        var thread = pthread_t()
        let result = pthread_create(&thread, nil, main, context.toOpaque())
        guard result == 0 else {
            context.release()
            throw .unavailable(
                "the machine gives no more threads; end something and try again", cause: "\(name): errno \(result)")
        }
        pthread_detach(thread)
    }

    private final class Context {
        let name: String
        let niceness: Int32
        let body: @Sendable () -> Void

        init(name: String, niceness: Int32, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.niceness = niceness
            self.body = body
        }
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let context = Unmanaged<Context>.fromOpaque(argument).takeRetainedValue()
        ga_thread_set_name(context.name)
        if context.niceness != 0 { _ = ga_thread_set_niceness(context.niceness) }
        context.body()
        return nil
    }
}
