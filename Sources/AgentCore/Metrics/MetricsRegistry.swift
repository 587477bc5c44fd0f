import Synchronization

/// What the agent tells about itself, in the text format of Prometheus, version 0.0.4.
///
/// Everything is registered at the start. Meters are changed where things happen; readings are taken when somebody asks.
package final class MetricsRegistry: Sendable {
    package enum Kind: String, Sendable {
        case counter, gauge
    }

    /// `nil` when it cannot be told now; the sample is left out then.
    package typealias Reading = @Sendable () async -> Double?

    private struct Sample {
        let labels: String
        let read: Reading
    }

    private struct Family {
        let name: String
        let kind: Kind
        let summary: String
        var samples: [Sample]
    }

    private let families = Mutex<[Family]>([])

    package init() {}

    /// A new number under `name`, which several may have with different labels.
    package func meter(_ kind: Kind, _ name: String, _ summary: String, _ labels: [(String, String)] = []) -> Meter {
        let meter = Meter()
        reading(kind, name, summary, labels) { Double(meter.current) }
        return meter
    }

    /// A number that is looked up whenever somebody asks for it.
    package func reading(
        _ kind: Kind, _ name: String, _ summary: String, _ labels: [(String, String)] = [], _ read: @escaping Reading
    ) {
        let sample = Sample(labels: Self.written(labels), read: read)
        families.withLock { families in
            if let index = families.firstIndex(where: { $0.name == name }) {
                families[index].samples.append(sample)
            } else {
                families.append(Family(name: name, kind: kind, summary: summary, samples: [sample]))
            }
        }
    }

    /// All numbers as they are now.
    package func text() async -> String {
        var text = ""
        for family in families.withLock({ $0 }) {
            text += "# HELP \(family.name) \(family.summary)\n# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples {
                guard let value = await sample.read() else { continue }
                text += "\(family.name)\(sample.labels) \(Self.written(value))\n"
            }
        }
        return text
    }

    private static func written(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }

    private static func written(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.map { name, value in
            let escaped = value.reduce(into: "") { text, character in
                switch character {
                case "\\": text += "\\\\"
                case "\"": text += "\\\""
                case "\n": text += "\\n"
                default: text.append(character)
                }
            }
            return "\(name)=\"\(escaped)\""
        }
        return "{\(pairs.joined(separator: ","))}"
    }
}
