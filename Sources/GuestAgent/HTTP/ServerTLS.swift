import AgentCore
import NIOCore
import NIOSSL
import Synchronization

/// The certificate and key that connections are encrypted with. They can be exchanged while connections are open, which
/// keep the ones they began with.
final class ServerTLS: Sendable {
    /// Paths of PEM files.
    private let certificateFile: String
    private let keyFile: String
    private let context: Mutex<NIOSSLContext>

    /// Throws `invalidArgument` naming the file that cannot be used.
    init(certificateFile: String, keyFile: String) throws {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        context = Mutex(try Self.load(certificateFile, keyFile))
    }

    /// Reads both files again, for connections to come. Blocks on the disk; throws as `init`.
    func reload() throws {
        let fresh = try Self.load(certificateFile, keyFile)
        context.withLock { $0 = fresh }
    }

    /// Puts TLS in front of a new connection. To be called on its event loop, before there are other handlers.
    func encrypt(_ channel: any Channel) throws {
        let context = context.withLock { $0 }
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
    }

    private static func load(_ certificateFile: String, _ keyFile: String) throws -> NIOSSLContext {
        let chain = try naming("TLS_CERTIFICATE_FILE", certificateFile) {
            try NIOSSLCertificate.fromPEMFile(certificateFile).map { NIOSSLCertificateSource.certificate($0) }
        }
        let key = try naming("TLS_KEY_FILE", keyFile) { try NIOSSLPrivateKey(file: keyFile, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return try naming("TLS_KEY_FILE", "\(keyFile) with \(certificateFile)") {
            try NIOSSLContext(configuration: configuration)
        }
    }

    private static func naming<Result>(_ key: String, _ file: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw AgentError.invalidArgument("\(key): \(file) cannot be used: \(error)")
        }
    }
}
