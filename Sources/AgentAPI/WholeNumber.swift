/// An integer of a request. One that is too large, or has a fraction, fails with an error that names its field: the
/// decoder by itself takes such a number for broken JSON, and does not say where it stands.
package struct WholeNumber: Codable, Sendable, Equatable {
    package let value: Int

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            value = try container.decode(Int.self)
        } catch DecodingError.typeMismatch(let type, let context) {
            throw DecodingError.typeMismatch(type, context)
        } catch DecodingError.valueNotFound(let type, let context) {
            throw DecodingError.valueNotFound(type, context)
        } catch {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "must be a whole number that fits into 64 bits")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

extension KeyedDecodingContainer {
    func decode(_: Int.Type, forKey key: Key) throws -> Int {
        try decode(WholeNumber.self, forKey: key).value
    }

    func decodeIfPresent(_: Int.Type, forKey key: Key) throws -> Int? {
        try decodeIfPresent(WholeNumber.self, forKey: key)?.value
    }
}
