import AgentCore
import Testing

@Suite("MetricsRegistry")
struct MetricsRegistryTests {
    @Test("numbers are told in the text format, families together, labels escaped")
    func text() async {
        let registry = MetricsRegistry()
        let first = registry.meter(.counter, "a_total", "Of a.", [("kind", "x\"\\\n")])
        registry.reading(.gauge, "b", "Of b.") { 1.5 }
        registry.reading(.gauge, "gone", "Of nothing.") { nil }
        let second = registry.meter(.counter, "a_total", "Of a.", [("kind", "y"), ("more", "z")])
        first.add(3)
        second.add()
        second.subtract()
        let text = await registry.text()
        #expect(
            text == """
                # HELP a_total Of a.
                # TYPE a_total counter
                a_total{kind="x\\"\\\\\\n"} 3
                a_total{kind="y",more="z"} 0
                # HELP b Of b.
                # TYPE b gauge
                b 1.5
                # HELP gone Of nothing.
                # TYPE gone gauge

                """)
    }
}
