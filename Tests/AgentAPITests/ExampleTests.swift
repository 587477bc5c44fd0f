import AgentAPI
import AgentCore
import FoundationEssentials
import Testing

/// The examples of openapi.yaml go through the wire types and come out as they went in.
@Suite("Examples of the API's description")
struct ExampleTests {
    private typealias RoundTrip = @Sendable (Data) throws -> Data

    private static func through<Value: Codable & SendableMetatype>(_: Value.Type) -> RoundTrip {
        { try JSONEncoder().encode(JSONDecoder().decode(Value.self, from: $0)) }
    }

    /// It is written only, so what is read here is put together from the example's members.
    private static let throughPlaywrightResult: RoundTrip = { data in
        let example = try JSONDecoder().decode(JSONValue.self, from: data)
        let result = PlaywrightResult(
            success: example["success"] == .bool(true),
            result: try example["result"].map { [UInt8](try JSONEncoder().encode($0)) },
            error: example["error"]?.string, stdout: example["stdout"]?.string ?? "",
            stderr: example["stderr"]?.string ?? "",
            tab: example["tab"].map {
                .init(targetID: $0["target_id"]?.string ?? "", created: $0["created"] == .bool(true))
            })
        var json = JSONWriter()
        result.write(to: &json)
        return Data(json.bytes)
    }

    private static let requests: [String: RoundTrip] = [
        "addChromiumFlags": through(ChromiumFlagsRequest.self),
        "changeDisplay": through(ChangeDisplayRequest.self),
        "clickMouse": through(ClickMouseRequest.self),
        "createDirectory": through(CreateDirectoryRequest.self),
        "deleteDirectory": through(PathRequest.self),
        "deleteFile": through(PathRequest.self),
        "deleteRecording": through(DeleteRecordingRequest.self),
        "dragMouse": through(DragMouseRequest.self),
        "execProcess": through(ExecRequest.self),
        "executePlaywright": through(PlaywrightRequest.self),
        "issueTicket": through(TicketRequest.self),
        "killProcess": through(KillRequest.self),
        "markRecording": through(MarkRecordingRequest.self),
        "moveMouse": through(MoveMouseRequest.self),
        "mergeChromiumPolicies": through([String: JSONValue].self),
        "movePath": through(MoveRequest.self),
        "pressKey": through(PressKeyRequest.self),
        "resizeTerminal": through(ResizeRequest.self),
        "resumeFromSnapshot": through(ResumedRequest.self),
        "runBatch": through(BatchRequest.self),
        "scroll": through(ScrollRequest.self),
        "setCursor": through(SetCursorRequest.self),
        "setFilePermissions": through(SetFilePermissionsRequest.self),
        "signFileUrl": through(SignedURLRequest.self),
        "spawnProcess": through(SpawnRequest.self),
        "startRecording": through(StartRecordingRequest.self),
        "startWatch": through(StartWatchRequest.self),
        "stopRecording": through(StopRecordingRequest.self),
        "takeScreenshot": through(ScreenshotRequest.self),
        "typeText": through(TypeRequest.self),
        "writeClipboard": through(ClipboardText.self),
        "writeProcessInput": through(StdinRequest.self),
    ]

    private static let responses: [String: RoundTrip] = [
        "changeDisplay": through(DisplayResponse.self),
        "execProcess": through(ExecResponse.self),
        "executePlaywright": throughPlaywrightResult,
        "getFileInfo": through(FileInfoResponse.self),
        "getHealth": through(HealthResponse.self),
        "getMousePosition": through(MousePosition.self),
        "getReadiness": through(ReadyResponse.self),
        "getProcessStatus": through(ProcessStatus.self),
        "issueTicket": through(TicketResponse.self),
        "listPlaywrightExecutors": through(ExecutorList.self),
        "listFiles": through([FileInfoResponse].self),
        "listProcesses": through([ProcessListEntry].self),
        "listRecordings": through([RecordingListEntry].self),
        "markRecording": through(RecordingMarkResponse.self),
        "readClipboard": through(ClipboardText.self),
        "resumeFromSnapshot": through(ResumedResponse.self),
        "signFileUrl": through(SignedURLResponse.self),
        "startWatch": through(WatchResponse.self),
        "spawnProcess": through(SpawnResponse.self),
        "writeProcessInput": through(WrittenBytes.self),
    ]

    @Test("every JSON request of a built operation round-trips")
    func requestsRoundTrip() throws {
        var seen: Set<String> = []
        for operation in try Self.availableOperations() {
            for example in Self.examples(in: operation["requestBody"]) {
                let name = operation["operationId"]?.string ?? ""
                try Self.check(example, #require(Self.requests[name], "no wire type for the request of \(name)"))
                seen.insert(name)
            }
        }
        #expect(seen == Set(Self.requests.keys))
    }

    @Test("every JSON answer of a built operation round-trips")
    func responsesRoundTrip() throws {
        var seen: Set<String> = []
        for operation in try Self.availableOperations() {
            for (status, response) in operation["responses"]?.object ?? [:] where status.hasPrefix("2") {
                let name = operation["operationId"]?.string ?? ""
                // The description describes itself; nothing decodes it.
                for example in Self.examples(in: response) where name != "getSpecJson" {
                    try Self.check(example, #require(Self.responses[name], "no wire type for the answer of \(name)"))
                    seen.insert(name)
                }
            }
        }
        #expect(seen == Set(Self.responses.keys))
    }

    private static func check(_ example: JSONValue, _ roundTrip: RoundTrip) throws {
        let result = try roundTrip(JSONEncoder().encode(example))
        #expect(try JSONDecoder().decode(JSONValue.self, from: result) == example)
    }

    /// The operations that are built, from the openapi.json of this checkout.
    private static func availableOperations() throws -> [JSONValue] {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let data = try Data(contentsOf: URL(filePath: "/\(root)/openapi.json"))
        let document = try JSONDecoder().decode(JSONValue.self, from: data)
        let operations = (document["paths"]?.object ?? [:]).values.flatMap { ($0.object ?? [:]).values }
        return operations.filter { $0["x-guest-agent-status"]?.string == "available" }
    }

    private static func examples(in body: JSONValue?) -> [JSONValue] {
        guard let content = body?["content"]?["application/json"] else { return [] }
        let named = (content["examples"]?.object ?? [:]).values.compactMap { $0["value"] }
        return (content["example"].map { [$0] } ?? []) + named
    }
}

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "moments are written as RFC 3339 and read back",
        arguments: [
            (0, 0, "1970-01-01T00:00:00.000000Z"), (951_782_400, 0, "2000-02-29T00:00:00.000000Z"),
            (-1, 999_999_000, "1969-12-31T23:59:59.999999Z"), (4_102_444_799, 1000, "2099-12-31T23:59:59.000001Z"),
        ] as [(Int64, Int, String)])
    func roundTrip(seconds: Int64, nanoseconds: Int, text: String) throws {
        let moment = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        #expect(moment.text == text)
        let encoded = try JSONEncoder().encode([moment])
        #expect(try JSONDecoder().decode([Timestamp].self, from: encoded) == [moment])
    }
}
