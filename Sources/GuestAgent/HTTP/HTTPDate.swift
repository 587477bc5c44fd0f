import Glibc

/// A date in a header field, in whole seconds (RFC 9110 §5.6.7).
struct HTTPDate: Comparable {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Since 1970-01-01T00:00:00Z.
    let seconds: Int64

    init(seconds: Int64) {
        self.seconds = seconds
    }

    static func < (left: HTTPDate, right: HTTPDate) -> Bool { left.seconds < right.seconds }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    var text: String {
        var moment = time_t(seconds)
        var fields = tm()
        gmtime_r(&moment, &fields)
        let padded = { (value: Int32) in value < 10 ? "0\(value)" : "\(value)" }
        let date = "\(padded(fields.tm_mday)) \(Self.months[Int(fields.tm_mon)]) \(1900 + fields.tm_year)"
        let time = "\(padded(fields.tm_hour)):\(padded(fields.tm_min)):\(padded(fields.tm_sec))"
        return "\(Self.days[Int(fields.tm_wday)]), \(date) \(time) GMT"
    }

    /// Reads the form above, and the one of C's `asctime`, `Sun Nov  6 08:49:37 1994`. The third form of old, with a
    /// year of two digits, and all else is `nil`: a condition that cannot be read does not count.
    init?(_ text: String) {
        let words = text.split { $0 == " " || $0 == "," }.map(String.init)
        switch words.count {
        case 6 where words[5] == "GMT": self.init(day: words[1], month: words[2], year: words[3], time: words[4])
        case 5: self.init(day: words[2], month: words[1], year: words[4], time: words[3])
        default: return nil
        }
    }

    private init?(day: String, month: String, year: String, time: String) {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { Int32($0) ?? -1 }
        guard let day = Int32(day), (1...31).contains(day), let month = Self.months.firstIndex(of: month),
            let year = Int32(year), (1601...9999).contains(year), clock.count == 3,
            (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        var fields = tm()
        (fields.tm_year, fields.tm_mon, fields.tm_mday) = (year - 1900, Int32(month), day)
        (fields.tm_hour, fields.tm_min, fields.tm_sec) = (clock[0], clock[1], clock[2])
        seconds = Int64(timegm(&fields))
    }
}
