/// The body of /computer/batch.
package struct BatchRequest: Codable, Sendable {
    package let actions: [BatchAction]
}

/// An action of a batch: `type`, and a field of that name with what the operation of its own takes.
package enum BatchAction: Codable, Sendable {
    case clickMouse(ClickMouseRequest)
    case moveMouse(MoveMouseRequest)
    case dragMouse(DragMouseRequest)
    case scroll(ScrollRequest)
    case typeText(TypeRequest)
    case pressKey(PressKeyRequest)
    case setCursor(SetCursorRequest)
    case sleep(SleepAction)
    /// Only as the last.
    case screenshot(ScreenshotRequest)

    package struct SleepAction: Codable, Sendable {
        package let milliseconds: Int

        enum CodingKeys: String, CodingKey {
            case milliseconds = "duration_ms"
        }
    }

    /// The types there are, as they are written.
    package enum Kind: String, Codable, CaseIterable, Sendable, CodingKey {
        case clickMouse = "click_mouse"
        case moveMouse = "move_mouse"
        case dragMouse = "drag_mouse"
        case scroll
        case typeText = "type_text"
        case pressKey = "press_key"
        case setCursor = "set_cursor"
        case sleep
        case screenshot
    }

    private enum TypeKey: String, CodingKey {
        case type
    }

    package var kind: Kind {
        switch self {
        case .clickMouse: .clickMouse
        case .moveMouse: .moveMouse
        case .dragMouse: .dragMouse
        case .scroll: .scroll
        case .typeText: .typeText
        case .pressKey: .pressKey
        case .setCursor: .setCursor
        case .sleep: .sleep
        case .screenshot: .screenshot
        }
    }

    package init(from decoder: any Decoder) throws {
        let kind = try Self.kind(from: decoder.container(keyedBy: TypeKey.self))
        let container = try decoder.container(keyedBy: Kind.self)
        self =
            switch kind {
            case .clickMouse: try .clickMouse(container.decode(ClickMouseRequest.self, forKey: kind))
            case .moveMouse: try .moveMouse(container.decode(MoveMouseRequest.self, forKey: kind))
            case .dragMouse: try .dragMouse(container.decode(DragMouseRequest.self, forKey: kind))
            case .scroll: try .scroll(container.decode(ScrollRequest.self, forKey: kind))
            case .typeText: try .typeText(container.decode(TypeRequest.self, forKey: kind))
            case .pressKey: try .pressKey(container.decode(PressKeyRequest.self, forKey: kind))
            case .setCursor: try .setCursor(container.decode(SetCursorRequest.self, forKey: kind))
            case .sleep: try .sleep(container.decode(SleepAction.self, forKey: kind))
            case .screenshot: try .screenshot(container.decode(ScreenshotRequest.self, forKey: kind))
            }
    }

    private static func kind(from container: KeyedDecodingContainer<TypeKey>) throws -> Kind {
        let name = try container.decode(String.self, forKey: .type)
        guard let kind = Kind(rawValue: name) else {
            let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: container, debugDescription: "must be one of \(names), not \"\(name)\"")
        }
        return kind
    }

    package func encode(to encoder: any Encoder) throws {
        var typeContainer = encoder.container(keyedBy: TypeKey.self)
        try typeContainer.encode(kind, forKey: .type)
        var container = encoder.container(keyedBy: Kind.self)
        switch self {
        case .clickMouse(let request): try container.encode(request, forKey: kind)
        case .moveMouse(let request): try container.encode(request, forKey: kind)
        case .dragMouse(let request): try container.encode(request, forKey: kind)
        case .scroll(let request): try container.encode(request, forKey: kind)
        case .typeText(let request): try container.encode(request, forKey: kind)
        case .pressKey(let request): try container.encode(request, forKey: kind)
        case .setCursor(let request): try container.encode(request, forKey: kind)
        case .sleep(let action): try container.encode(action, forKey: kind)
        case .screenshot(let request): try container.encode(request, forKey: kind)
        }
    }
}
