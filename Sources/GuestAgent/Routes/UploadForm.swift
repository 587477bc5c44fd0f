import AgentCore
import FSService
import NIOCore

/// The files of one upload. None of them is visible before all have arrived and each is known to have both its halves.
///
/// Used by the one task that handles the request.
final class UploadForm {
    private final class Item {
        var destination: FilePath?
        var spool: Spool?
        var file: FileWriter?
    }

    /// A form may have as many files: each is held open until the last has arrived.
    static let fileLimit = 1000

    private let files: FileSystemService
    private var items: [Int: Item] = [:]

    init(files: FileSystemService) {
        self.files = files
    }

    /// Reads `form` and writes its files, all of them or, when it throws before the first is put in place, none.
    ///
    /// - Throws: `invalidArgument` for unknown fields, relative paths and halves without the other; what writing throws.
    func write(_ form: MultipartForm) async throws {
        do {
            while let part = try await form.nextPart() { try await take(part, of: form) }
            for (index, item) in items.sorted(by: { $0.key < $1.key }) { try requireComplete(item, index) }
            guard !items.isEmpty else { throw AgentError.invalidArgument("the form has no file: \(Self.usage)") }
            for (_, item) in items.sorted(by: { $0.key < $1.key }) {
                if let file = item.file.take() { try await file.commit() }
            }
        } catch {
            for item in items.values { await item.file.take()?.abort() }
            throw error
        }
    }

    private static let usage = "send files[0].file and files[0].dest_path, or file and dest_path"

    private func take(_ part: MultipartPart, of form: MultipartForm) async throws {
        let field = try UploadField(name: part.name)
        let item = try item(field.index)
        switch field.half {
        case .destination:
            guard item.destination == nil else { throw Self.twice(part) }
            let path = try FilePath(absolute: try await form.text(of: part), field: part.name)
            item.destination = path
            guard let spool = item.spool else { return }
            var file = try await files.beginWrite(path)
            try await files.write(spool, to: &file)
            try await file.flush()
            item.file = consume file
        case .content:
            guard item.spool == nil, item.file == nil else { throw Self.twice(part) }
            try await takeContent(of: form, for: item)
        }
    }

    /// Content goes straight to where it belongs when that is known already.
    private func takeContent(of form: MultipartForm, for item: Item) async throws {
        guard let path = item.destination else {
            item.spool = try await files.spool(form.content)
            return
        }
        var file = try await files.beginWrite(path)
        while let chunk = try await form.nextContent() { try await file.write(chunk) }
        try await file.flush()
        item.file = consume file
    }

    private func item(_ index: Int) throws -> Item {
        if let item = items[index] { return item }
        guard items.count < Self.fileLimit else {
            throw AgentError(.tooLarge, "a form may have at most \(Self.fileLimit) files: send several requests")
        }
        let item = Item()
        items[index] = item
        return item
    }

    private func requireComplete(_ item: Item, _ index: Int) throws {
        guard item.destination != nil else {
            throw AgentError.invalidArgument("file \(index) of the form has no dest_path: \(Self.usage)")
        }
        guard item.file != nil else {
            throw AgentError.invalidArgument("file \(index) of the form has no content: \(Self.usage)")
        }
    }

    private static func twice(_ part: MultipartPart) -> AgentError {
        .invalidArgument("the field \"\(part.name)\" is there twice: number the files, files[0].file, files[1].file …")
    }
}
