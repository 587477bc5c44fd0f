import AgentCore

extension FileSystemService {
    /// How many entries of a tree come in one page at most: a page is held in memory.
    package static let treePageLimit = 100_000

    /// As `list`, with what is in the directories below as well: a directory comes before what is in it. Directories
    /// that cannot be read are listed and not entered. For trees without end there is ``find(_:)``, which holds nothing.
    ///
    /// - Parameter limit: at most ``treePageLimit`` entries are answered with, whatever it says.
    package func listTree<Share: Sendable>(
        _ path: FilePath, offset: Int = 0, limit: Int? = nil,
        gathering gather: @escaping @Sendable ([FileInfo]) -> Share
    ) async throws -> DirectoryPage<Share> {
        let limit = min(limit ?? Self.treePageLimit, Self.treePageLimit)
        let page = min(offset, .max - limit)..<(min(offset, .max - limit) + limit)
        var position = 0
        var shares: [Share] = []
        for try await batch in try await find(FindQuery(path)) {
            let entries = batch.compactMap { if case .found(let info) = $0 { info } else { nil } }
            let wanted = page.clamped(to: position..<(position + entries.count))
            if !wanted.isEmpty {
                shares.append(gather(Array(entries[(wanted.lowerBound - position)..<(wanted.upperBound - position)])))
            }
            position += entries.count
            if position > page.upperBound { return DirectoryPage(shares: shares, nextOffset: page.upperBound) }
        }
        return DirectoryPage(shares: shares, nextOffset: nil)
    }
}
