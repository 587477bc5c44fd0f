import CX11

extension UnsafeMutablePointer<XImage> {
    /// `XDestroyImage`, which is a macro: frees the image, and its pixels unless they lie in shared memory.
    func destroyImage() {
        _ = pointee.f.destroy_image?(self)
    }
}
