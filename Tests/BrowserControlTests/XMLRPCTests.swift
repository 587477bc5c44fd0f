import Testing

@testable import BrowserControl

@Suite("XML-RPC as supervisord speaks it")
struct XMLRPCTests {
    @Test func `a call is written with its arguments`() {
        let call = XMLRPCCall(method: "supervisor.stopProcess", arguments: [.string("a<b&c"), .bool(false)])
        #expect(
            call.text.hasSuffix(
                "<methodName>supervisor.stopProcess</methodName><params>"
                    + "<param><value><string>a&lt;b&amp;c</string></value></param>"
                    + "<param><value><boolean>0</boolean></value></param></params></methodCall>"))
    }

    @Test func `a structure is read, member by member`() {
        let document = """
            <?xml version='1.0'?>
            <methodResponse>
            <params>
            <param>
            <value><struct>
            <member>
            <name>statename</name>
            <value><string>RUNNING</string></value>
            </member>
            <member>
            <name>pid</name>
            <value><int>42</int></value>
            </member>
            <member>
            <name>spawnerr</name>
            <value><string></string></value>
            </member>
            <member>
            <name>description</name>
            <value>pid 42 &amp; more &lt;3</value>
            </member>
            <member>
            <name>ports</name>
            <value><array><data><value><i4>1</i4></value><value><boolean>1</boolean></value></data></array></value>
            </member>
            </struct></value>
            </param>
            </params>
            </methodResponse>
            """
        #expect(
            XMLRPCResponse(document)
                == .value(
                    .structure([
                        "statename": .string("RUNNING"), "pid": .integer(42), "spawnerr": .string(""),
                        "description": .string("pid 42 & more <3"), "ports": .array([.integer(1), .bool(true)]),
                    ])))
    }

    @Test func `a fault is told from a value`() {
        let document = """
            <methodResponse><fault><value><struct><member><name>faultCode</name><value><int>70</int></value></member>
            <member><name>faultString</name><value><string>NOT_RUNNING: chromium</string></value></member></struct>
            </value></fault></methodResponse>
            """
        #expect(XMLRPCResponse(document) == .fault(code: 70, text: "NOT_RUNNING: chromium"))
    }

    @Test(arguments: ["", "<html/>", "<methodResponse>", "<methodResponse><params><param><value><struct><member>"])
    func `what is cut short is nothing`(document: String) {
        #expect(XMLRPCResponse(document) == nil)
    }

    @Test func `a combining mark behind a tag belongs to the text`() {
        let document = "<methodResponse><params><param><value><string>\u{301}e\u{301}</string></value></param></params>"
        #expect(XMLRPCResponse(document) == .value(.string("\u{301}e\u{301}")))
    }

    @Test func `values in each other without end are nothing`() {
        let document = "<methodResponse>" + String(repeating: "<value><array><data>", count: 10_000)
        #expect(XMLRPCResponse(document) == nil)
    }
}
