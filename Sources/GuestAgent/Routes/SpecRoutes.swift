import CSpec
import HTTPTypes
import Hummingbird
import NIOCore

/// The API's description, as embedded when the binary was built.
struct SpecRoutes {
    func add(to table: inout RouteTable) {
        table.get("/spec.yaml") { _, _ in
            Self.document(Self.yaml, type: "application/vnd.oai.openapi")
        }
        table.get("/spec.json") { _, _ in
            Self.document(Self.json, type: "application/json")
        }
    }

    private static func document(_ bytes: UnsafeRawBufferPointer, type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private static var yaml: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: ga_openapi_yaml_bytes(), count: ga_openapi_yaml_length)
    }

    private static var json: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: ga_openapi_json_bytes(), count: ga_openapi_json_length)
    }
}
