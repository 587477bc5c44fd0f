/// A moment on the wire: RFC 3339 in UTC.
///
/// JSON fields carry fractional seconds, to the microsecond; header fields are cut to whole seconds.
package struct Timestamp: Sendable, Equatable, Codable {
    /// Since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    /// 0…999,999,999.
    package let nanoseconds: Int

    package init(seconds: Int64, nanoseconds: Int = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// What clients of the contract see where a time is not known yet.
    package static let zeroHeaderText = "0001-01-01T00:00:00Z"

    /// `2026-11-21T03:50:48.123456Z`. Moments beyond the years 1 to 9999, which RFC 3339 cannot say, show as the
    /// nearest one it can.
    package var text: String { String(unsafeUninitializedCapacity: 27) { write(into: $0, fraction: true) } }

    /// `2026-11-21T03:50:48Z`
    package var headerText: String { String(unsafeUninitializedCapacity: 20) { write(into: $0, fraction: false) } }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let moment = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "must be RFC 3339 in UTC")
        }
        self = moment
    }

    /// Reads what `text` and `headerText` write; `nil` for anything else.
    private init?(_ text: String) {
        guard let zone = text.last, zone == "Z" else { return nil }
        let parts = text.dropLast().split(separator: ".", maxSplits: 1)
        let numbers = (parts.first ?? "").split { "-T:".contains($0) }.compactMap { Int64($0) }
        guard numbers.count == 6, zip(numbers, Self.ranges).allSatisfy({ $1.contains($0) }),
            let fraction = Int(parts.count > 1 ? parts[1].prefix(9) : "0"), fraction >= 0
        else { return nil }
        let days = Self.daysSince1970(year: numbers[0], month: numbers[1], day: numbers[2])
        let digits = parts.count > 1 ? parts[1].prefix(9).count : 9
        self.init(
            seconds: days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5],
            nanoseconds: (digits..<9).reduce(fraction) { value, _ in value * 10 })
    }

    /// Of the year, the month, the day, the hour, the minute and the second, which is 60 when one is inserted.
    private static let ranges: [ClosedRange<Int64>] = [1...9999, 1...12, 1...31, 0...23, 0...59, 0...60]

    /// The inverse of `civilDate`.
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.dividedDown(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Writes the text digit by digit: a listing holds a hundred thousand of them. Returns its length in bytes.
    func write(into buffer: UnsafeMutableBufferPointer<UInt8>, fraction: Bool) -> Int {
        let seconds = min(max(seconds, Self.earliestSecond), Self.latestSecond)
        let days = seconds.dividedDown(by: 86_400)
        let ofDay = Int(seconds - days * 86_400)
        let (year, month, day) = Self.civilDate(daysSince1970: days)
        var count = 0
        func append(_ value: Int, digits: Int, then separator: Unicode.Scalar) {
            var rest = value
            for position in stride(from: count + digits - 1, through: count, by: -1) {
                buffer[position] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            buffer[count + digits] = UInt8(ascii: separator)
            count += digits + 1
        }
        append(year, digits: 4, then: "-")
        append(month, digits: 2, then: "-")
        append(day, digits: 2, then: "T")
        append(ofDay / 3600, digits: 2, then: ":")
        append(ofDay / 60 % 60, digits: 2, then: ":")
        append(ofDay % 60, digits: 2, then: fraction ? "." : "Z")
        if fraction { append(nanoseconds / 1000, digits: 6, then: "Z") }
        return count
    }

    /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    private static let earliestSecond = daysSince1970(year: 1, month: 1, day: 1) * 86_400
    private static let latestSecond = daysSince1970(year: 10_000, month: 1, day: 1) * 86_400 - 1

    /// The proleptic Gregorian date of a day, counted in eras of 400 years that begin on a 1 March, so that the leap
    /// day is the last of its year.
    private static func civilDate(daysSince1970: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSince1970 + 719_468
        let era = shifted.dividedDown(by: 146_097)
        let dayOfEra = Int(shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    /// Division that rounds towards minus infinity, so that moments before 1970 keep their time of day.
    fileprivate func dividedDown(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
