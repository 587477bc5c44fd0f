import AgentCore
import CX11
import XDisplay

/// What a picture shows that may be another since one last looked.
struct ScreenChanges {
    /// The size of the screen included.
    var pixels = false
    /// Where it is, or what it looks like.
    var pointer = false
    /// Where pixels, or the pointer, are others. May lie off the screen in part.
    var regions: [ScreenRegion] = []
}

/// The X side of capturing: what is needed on one connection to see changes and read pixels.
final class GrabSession {
    let display: OpaquePointer
    let root: Window
    private(set) var size: ScreenSize
    /// Segments of the present size; `nil` where the server takes no shared memory.
    private(set) var pool: SegmentPool?
    private let damage: DamageWatch
    private let cursorNotify: Int32
    private var pointerImage: PointerImage?
    private var pointerPosition = ScreenPoint(x: -1, y: -1)
    private let pointerVisibility: PointerVisibility
    private var isPointerHidden: Bool
    private var changes = ScreenChanges()
    /// Whether the server has collected anything.
    private var isDamaged = false

    /// Throws `unavailable` when the server lacks DAMAGE or XFIXES, or has pixels that are not 32 bits of B, G, R, X.
    init(display: OpaquePointer, pointerVisibility: PointerVisibility) throws {
        try Self.requireBGRX(display)
        self.pointerVisibility = pointerVisibility
        isPointerHidden = pointerVisibility.isHidden
        self.display = display
        root = XDefaultRootWindow(display)
        damage = try DamageWatch(of: root, on: display)
        var (fixesBase, error): (Int32, Int32) = (0, 0)
        XFixesQueryExtension(display, &fixesBase, &error)
        cursorNotify = fixesBase + XFixesCursorNotify
        XSelectInput(display, root, StructureNotifyMask)
        XFixesSelectCursorInput(display, root, UInt(XFixesDisplayCursorNotifyMask))
        size = try ScreenSize(ofRoot: root, on: display)
        pool = XShmQueryExtension(display) != 0 ? SegmentPool() : nil
        pointerImage = PointerImage(of: display)
    }

    deinit { pool?.close() }

    /// What has changed since the last call, and starts a new watch: whatever changes from here on is told by the next
    /// call, so ask first and read the pixels after. One round trip, two when something was drawn.
    func takeChanges() throws -> ScreenChanges {
        let before = pointerRegion
        let position = ScreenPoint(ofPointerOn: display, root: root)
        let isHidden = pointerVisibility.isHidden
        if position != pointerPosition || isHidden != isPointerHidden { changes.pointer = true }
        (pointerPosition, isPointerHidden) = (position, isHidden)
        try readEvents()
        defer { (changes, isDamaged) = (ScreenChanges(), false) }
        if isDamaged { changes.regions += damage.take() }
        // Of what was taken the last time the server may have told late.
        changes.pixels = changes.pixels || !changes.regions.isEmpty
        if changes.pointer { changes.regions += [before, pointerRegion].compactMap(\.self) }
        return changes
    }

    /// Where the pointer is drawn; `nil` while it is not.
    private var pointerRegion: ScreenRegion? {
        isPointerHidden ? nil : pointerImage?.region(at: pointerPosition)
    }

    /// Reads a part of the screen, the whole by default.
    ///
    /// Throws `invalidArgument` when the part is not, or no longer, on the screen.
    ///
    /// - Parameters:
    ///   - region: rows of fewer pixels are read faster.
    ///   - serial: of the frame.
    ///   - history: how it came to be; `nil` when nobody will ask.
    ///   - drawsPointer: whether the pointer is drawn in, unless it is hidden, where it was at the last
    ///     `takeChanges`.
    func grab(
        _ region: ScreenRegion? = nil, serial: UInt64, history: DamageHistory? = nil, drawsPointer: Bool
    ) throws -> PixelFrame {
        let capturedAt = ContinuousClock.now
        let grabbed = pool == nil ? try grabCopied(region) : try grabShared(region)
        let (image, bytesPerRow) = (grabbed.image, Int(grabbed.image.pointee.bytes_per_line))
        let size = ScreenSize(width: Int(image.pointee.width), height: Int(image.pointee.height))
        let pixels = UnsafeMutableRawBufferPointer(start: image.pointee.data, count: bytesPerRow * size.height)
        let origin = region.map { ScreenPoint(x: $0.x, y: $0.y) } ?? ScreenPoint(x: 0, y: 0)
        if drawsPointer, !isPointerHidden {
            let position = ScreenPoint(x: pointerPosition.x - origin.x, y: pointerPosition.y - origin.y)
            pointerImage?.draw(at: position, into: pixels, size: size, bytesPerRow: bytesPerRow)
        }
        return PixelFrame(
            origin: origin, width: size.width, height: size.height, bytesPerRow: bytesPerRow, serial: serial,
            capturedAt: capturedAt, history: history, pixels: UnsafeRawBufferPointer(pixels), owner: grabbed.owner)
    }

    /// Lets go of memory that backs no frame, and reads events that would pile up.
    func trim() throws {
        detachIdleSegments(but: 0)
        XSync(display, 0)
        try readEvents()
    }

    private func detachIdleSegments(but kept: Int) {
        for segment in pool?.takeAll(but: kept) ?? [] { segment.detach(from: display) }
    }

    private static func requireBGRX(_ display: OpaquePointer) throws {
        let screen = XDefaultScreen(display)
        let (visual, depth) = (XDefaultVisual(display, screen), UInt32(XDefaultDepth(display, screen)))
        let sample = XCreateImage(display, visual, depth, ZPixmap, 0, nil, 1, 1, 32, 0)
        defer { sample?.destroyImage() }
        guard let sample, sample.pointee.bits_per_pixel == 32, sample.pointee.byte_order == LSBFirst,
            sample.pointee.red_mask == 0xff0000, sample.pointee.green_mask == 0xff00, sample.pointee.blue_mask == 0xff
        else {
            throw AgentError.unavailable(
                "the screen has \(depth) bits of colour in an order the agent does not read; "
                    + "start the X server with depth 24")
        }
    }

    private func readEvents() throws {
        var event = XEvent()
        while XPending(display) > 0 {
            XNextEvent(display, &event)
            switch event.type {
            case damage.notifyEvent: isDamaged = true
            case cursorNotify:
                changes.pointer = true
                pointerImage = PointerImage(of: display)
            case ConfigureNotify where event.xconfigure.window == root: try resize()
            default: break
            }
        }
    }

    private func resize() throws {
        let newSize = try ScreenSize(ofRoot: root, on: display)
        changes.pixels = true
        changes.regions.append(ScreenRegion(x: 0, y: 0, width: newSize.width, height: newSize.height))
        guard newSize != size else { return }
        size = newSize
        detachIdleSegments(but: 0)
        pool?.close()
        pool = pool.map { _ in SegmentPool() }
    }
}

// MARK: - Reading pixels

extension GrabSession {
    /// Idle segments to keep while pictures are being taken: one for the latest frame, one for each of two encoders.
    private static let keptSegments = 3

    private struct Grabbed {
        let image: UnsafeMutablePointer<XImage>
        let owner: any AnyObject & Sendable
    }

    /// Through shared memory, without a copy: the frame lies where the server has put it. The screen may shrink just
    /// before the request, which the server then refuses: the next attempt knows.
    private func grabShared(_ region: ScreenRegion?) throws -> Grabbed {
        for _ in 0..<3 {
            let part = try valid(region)
            guard let pool, let segment = pool.take() ?? makeSegment() else { return try grabCopied(region) }
            detachIdleSegments(but: Self.keptSegments)
            if let image = segment.grab(part, of: root, on: display) {
                return Grabbed(image: image, owner: ImageOwner(image, in: SegmentLease(segment, from: pool)))
            }
            segment.detach(from: display)
            _ = XErrorHandlers.takeErrors(of: display)
            try resize()
        }
        throw AgentError.unavailable("the screen keeps changing its size; try again")
    }

    /// The part of the present screen that is meant.
    private func valid(_ region: ScreenRegion?) throws -> ScreenRegion {
        guard let region else { return ScreenRegion(x: 0, y: 0, width: size.width, height: size.height) }
        try size.validate(region)
        return region
    }

    private func makeSegment() -> SharedSegment? {
        let segment = SharedSegment.make(display: display, size: size)
        if segment == nil, !XErrorHandlers.isLost(display) { pool = nil }
        return segment
    }

    /// Through the connection: some ten times slower.
    private func grabCopied(_ region: ScreenRegion?) throws -> Grabbed {
        let part = try valid(region)
        let (x, y, width, height) = (Int32(part.x), Int32(part.y), UInt32(part.width), UInt32(part.height))
        guard let image = XGetImage(display, root, x, y, width, height, UInt.max, ZPixmap) else {
            _ = XErrorHandlers.takeErrors(of: display)
            try resize()
            throw AgentError.unavailable("the X server does not give a picture of its screen; try again")
        }
        return Grabbed(image: image, owner: ImageOwner(image))
    }
}

/// SAFETY: the pointer is used in `deinit` only.
private final class ImageOwner: @unchecked Sendable {
    private let image: UnsafeMutablePointer<XImage>
    /// Where the pixels lie, unless they are the image's own.
    private let lease: SegmentLease?

    init(_ image: UnsafeMutablePointer<XImage>, in lease: SegmentLease? = nil) {
        (self.image, self.lease) = (image, lease)
    }

    deinit { image.destroyImage() }
}
