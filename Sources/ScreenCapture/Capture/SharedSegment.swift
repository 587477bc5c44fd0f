import CX11
import Glibc
import XDisplay

/// Memory the X server writes pictures into (MIT-SHM), of the size of the screen.
///
/// SAFETY: the X thread alone uses `image` and `info`; the pixels are written by the server while the segment is in
/// nobody's hands but the X thread's, and read by the owners of the one frame it then backs.
final class SharedSegment: @unchecked Sendable {
    let image: UnsafeMutablePointer<XImage>
    private let info: UnsafeMutablePointer<XShmSegmentInfo>

    private init(image: UnsafeMutablePointer<XImage>, info: UnsafeMutablePointer<XShmSegmentInfo>) {
        self.image = image
        self.info = info
    }

    /// `nil` when the server cannot attach memory of this machine: it runs elsewhere, or in another IPC namespace.
    ///
    /// The segment is marked for removal as soon as both sides have it, so nothing is left behind however the agent
    /// ends (`man 2 shmctl`). Until then it is open to every user, because the server may run as another one.
    static func make(display: OpaquePointer, size: ScreenSize) -> SharedSegment? {
        let screen = XDefaultScreen(display)
        let (visual, depth) = (XDefaultVisual(display, screen), UInt32(XDefaultDepth(display, screen)))
        let info = UnsafeMutablePointer<XShmSegmentInfo>.allocate(capacity: 1)
        info.initialize(to: XShmSegmentInfo())
        let (width, height) = (UInt32(size.width), UInt32(size.height))
        guard let image = XShmCreateImage(display, visual, depth, ZPixmap, nil, info, width, height) else {
            info.deallocate()
            return nil
        }
        let segment = SharedSegment(image: image, info: info)
        return segment.attach(to: display) ? segment : nil
    }

    deinit {
        if let data = image.pointee.data { shmdt(data) }
        image.destroyImage()
        info.deallocate()
    }

    /// Has the server put a part of the screen at the beginning of the memory. `nil` when it refuses. The connection must
    /// be the one the segment was made on.
    ///
    /// - Parameter region: not larger than the screen the segment was made for.
    /// - Returns: an image for the caller to destroy, which leaves the memory alone.
    func grab(_ region: ScreenRegion, of root: Window, on display: OpaquePointer) -> UnsafeMutablePointer<XImage>? {
        let screen = XDefaultScreen(display)
        let (visual, depth) = (XDefaultVisual(display, screen), UInt32(XDefaultDepth(display, screen)))
        let (width, height) = (UInt32(region.width), UInt32(region.height))
        guard
            let part = XShmCreateImage(display, visual, depth, ZPixmap, image.pointee.data, info, width, height)
        else { return nil }
        guard XShmGetImage(display, root, part, Int32(region.x), Int32(region.y), UInt.max) != 0 else {
            part.destroyImage()
            return nil
        }
        return part
    }

    /// Tells the server to let go. The connection must be the one the segment was made on.
    func detach(from display: OpaquePointer) {
        XShmDetach(display, info)
    }

    private func attach(to display: OpaquePointer) -> Bool {
        let byteCount = Int(image.pointee.bytes_per_line) * Int(image.pointee.height)
        let id = shmget(IPC_PRIVATE, byteCount, IPC_CREAT | 0o666)
        guard id >= 0 else { return false }
        defer { shmctl(id, IPC_RMID, nil) }
        guard let address = shmat(id, nil, 0), Int(bitPattern: address) != -1 else { return false }
        image.pointee.data = address.assumingMemoryBound(to: CChar.self)
        info.pointee.shmid = id
        info.pointee.shmaddr = image.pointee.data
        info.pointee.readOnly = 0
        XShmAttach(display, info)
        XSync(display, 0)
        return XErrorHandlers.takeErrors(of: display).isEmpty
    }
}
