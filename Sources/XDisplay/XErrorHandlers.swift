import CX11
import CXGuard
import Synchronization

/// A request the X server refused (X11 protocol, "Errors").
package struct XProtocolError: Sendable, Equatable {
    /// The error's number: 3 is BadWindow, 8 BadMatch, 10 BadAccess; extensions have numbers of their own.
    package let code: UInt8
    /// The major opcode of the refused request; 128 and above belong to extensions.
    package let request: UInt8
    package let minor: UInt8
    package let resource: UInt
}

/// The process-global error handlers of Xlib.
///
/// By default Xlib ends the process on either kind of error. These note it down per display instead: protocol errors
/// are kept until taken, a broken connection marks its display as lost.
package enum XErrorHandlers {
    private struct Record {
        var isLost = false
        var errors: [XProtocolError] = []
    }

    /// More than this many untaken errors say nothing new.
    private static let capacity = 16
    private static let records = Mutex<[UInt: Record]>([:])

    private static let installation: Void = ga_x_install_handlers(
        { display, code, request, minor, resource in
            let error = XProtocolError(code: code, request: request, minor: minor, resource: UInt(resource))
            update(display) { if $0.errors.count < capacity { $0.errors.append(error) } }
        },
        { display in update(display) { $0.isLost = true } }
    )

    /// Installs the handlers, once in the life of the process. Every connection calls it before it opens.
    package static func install() { installation }

    /// The protocol errors that have arrived for `display` since they were last taken.
    ///
    /// Xlib learns of an error when it next reads from the server: call `XSync` first.
    package static func takeErrors(of display: OpaquePointer) -> [XProtocolError] {
        records.withLock { records in
            guard let errors = records[key(display)]?.errors, !errors.isEmpty else { return [] }
            records[key(display)]?.errors = []
            return errors
        }
    }

    static func watch(_ display: OpaquePointer) {
        records.withLock { $0[key(display)] = Record() }
    }

    static func forget(_ display: OpaquePointer) {
        _ = records.withLock { $0.removeValue(forKey: key(display)) }
    }

    /// Whether the connection is broken: every request on it is lost, and waiting for answers is in vain.
    package static func isLost(_ display: OpaquePointer) -> Bool {
        records.withLock { $0[key(display)]?.isLost ?? true }
    }

    private static func update(_ display: UnsafeMutableRawPointer?, _ change: (inout Record) -> Void) {
        records.withLock { records in
            guard var record = records[UInt(bitPattern: display)] else { return }
            change(&record)
            records[UInt(bitPattern: display)] = record
        }
    }

    private static func key(_ display: OpaquePointer) -> UInt { UInt(bitPattern: display) }
}
