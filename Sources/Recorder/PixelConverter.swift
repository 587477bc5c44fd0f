import AgentCore
import CLibAV
import ScreenCapture

/// Turns pictures of the screen into what video is encoded from: planar YUV 4:2:0 of one size, BT.709, limited range.
///
/// Stays on the thread of its session.
final class PixelConverter {
    /// The converted picture. The next conversion writes over it.
    var picture: UnsafeMutablePointer<AVFrame> { frame.pointer }
    private let frame: Owned<AVFrame>
    private let av: ga_libav_functions
    private let size: VideoSize
    /// What `scaler` and `placement` are made for.
    private var screen: VideoSize?
    private var placement: Placement
    private var scaler: OpaquePointer?

    /// - Parameter size: that of the screen as the recording starts. Sides may be odd; the picture's are even.
    init(_ av: ga_libav_functions, size: VideoSize) throws {
        self.av = av
        self.size = size
        placement = Placement(of: size, in: size)
        frame = try av.makeFrame()
        picture.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        picture.pointee.width = Int32(size.padded.width)
        picture.pointee.height = Int32(size.padded.height)
        picture.pointee.color_range = AVCOL_RANGE_MPEG
        picture.pointee.colorspace = AVCOL_SPC_BT709
        try av.check(av.av_frame_get_buffer(picture, 0), "allocate a picture")
    }

    deinit { av.sws_freeContext(scaler) }

    /// Converts a picture of the screen into `picture`.
    func convert(_ frame: PixelFrame) throws {
        // The encoder may still hold the last picture; then this makes a new one.
        try av.check(av.av_frame_make_writable(picture), "allocate a picture")
        let screen = VideoSize(width: frame.width, height: frame.height)
        if screen != self.screen { try prepare(for: screen) }
        scale(frame)
        if placement.size == size { padEdges() }
    }

    private func prepare(for screen: VideoSize) throws {
        placement = Placement(of: screen, in: size)
        self.screen = nil
        av.sws_freeContext(scaler)
        // At its own size only the colours are subsampled; area averages the two rows that share a sample.
        let filter = screen == placement.size ? SWS_AREA : SWS_BICUBIC
        scaler = av.sws_getContext(
            Int32(screen.width), Int32(screen.height), AV_PIX_FMT_BGR0, Int32(placement.size.width),
            Int32(placement.size.height), AV_PIX_FMT_YUV420P, filter, nil, nil, nil)
        guard scaler != nil else {
            throw AgentError.internalError("cannot convert pictures of \(screen.width)x\(screen.height) pixels")
        }
        let bt709 = av.sws_getCoefficients(SWS_CS_ITU709)
        let (full, limited, neutral): (Int32, Int32, Int32) = (1, 0, 1 << 16)
        _ = av.sws_setColorspaceDetails(scaler, bt709, full, bt709, limited, 0, neutral, neutral)
        fillBlack()
        self.screen = screen
    }

    private func scale(_ frame: PixelFrame) {
        let strides = planes.map(\.stride)
        let targets = planes.enumerated().map { index, plane in
            let shift = index == 0 ? 0 : 1
            return plane.start?.advanced(by: (placement.y >> shift) * Int(plane.stride) + (placement.x >> shift))
        }
        frame.withPixels { pixels in
            let source = [pixels.baseAddress?.assumingMemoryBound(to: UInt8.self)]
            _ = av.sws_scale(
                scaler, source, [Int32(frame.bytesPerRow)], 0, Int32(frame.height), targets, strides)
        }
    }

    /// What no picture of the screen covers is black: 16 in limited range, without colour.
    private func fillBlack() {
        for (index, plane) in planes.enumerated() {
            let rows = index == 0 ? size.padded.height : size.padded.height / 2
            plane.start?.update(repeating: index == 0 ? 16 : 128, count: rows * Int(plane.stride))
        }
    }

    /// The column and the row that an odd size lacks repeat their neighbours. Colours cover them already.
    private func padEdges() {
        guard let luma = planes[0].start else { return }
        let stride = Int(planes[0].stride)
        if size.width != size.padded.width {
            for row in 0..<size.height { luma[row * stride + size.width] = luma[row * stride + size.width - 1] }
        }
        if size.height != size.padded.height {
            let last = luma + (size.height - 1) * stride
            (last + stride).update(from: last, count: size.padded.width)
        }
    }

    /// Luma, then the two planes of colour.
    private var planes: [(start: UnsafeMutablePointer<UInt8>?, stride: Int32)] {
        let (data, strides) = (picture.pointee.data, picture.pointee.linesize)
        return [(data.0, strides.0), (data.1, strides.1), (data.2, strides.2)]
    }
}
