import NIOCore
import Testing

@testable import DevToolsProxy
