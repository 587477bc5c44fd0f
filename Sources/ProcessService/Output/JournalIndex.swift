/// Where in a journal's file which part of the output is. A pure value; its size does not grow with the output.
///
/// The file is a ring: what stands at a position is kept until `capacity` bytes more have been written. Positions and
/// offsets only grow: a position counts bytes of the file with the records' headers, an offset bytes of the output.
struct JournalIndex {
    struct Mark: Equatable {
        var position: UInt64
        var offset: UInt64
    }

    /// The oldest output is given up in portions of a 64th of the file.
    private static let portions = 64

    /// The next record goes here.
    private(set) var end = Mark(position: 0, offset: 0)
    /// Beginnings of records, oldest first. What is before the first has been given up.
    private var marks: [Mark] = []
    private let capacity: UInt64

    /// - Parameter capacity: of the file, in bytes; more than the largest record.
    init(capacity: Int) {
        self.capacity = UInt64(capacity)
    }

    /// The first record that is kept; `end` when there is none.
    var oldest: Mark { marks.first ?? end }

    /// Gives up the oldest records, so that `count` bytes can be written at the end.
    mutating func makeRoom(for count: Int) {
        while let first = marks.first, end.position + UInt64(count) - first.position > capacity {
            marks.removeFirst()
        }
    }

    /// Takes note of a record that has been written at the end.
    mutating func append(_ record: JournalRecord) {
        if end.position - (marks.last?.position ?? 0) >= capacity / UInt64(Self.portions) || marks.isEmpty {
            marks.append(end)
        }
        end.position += UInt64(JournalRecord.headerSize + record.length)
        end.offset += UInt64(record.length)
    }

    /// Takes note of output that could not be written.
    mutating func skip(_ count: Int) {
        end.offset += UInt64(count)
    }

    /// Where to begin to read in order to find `offset`: at it or before, or at the oldest record.
    func start(of offset: UInt64) -> Mark {
        guard offset < end.offset else { return end }
        return marks.last { $0.offset <= offset } ?? oldest
    }
}
