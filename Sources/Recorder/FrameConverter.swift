import AgentCore
import CLibAV
import ScreenCapture

/// Turns pictures of the screen into the planes the encoder takes: BGRX to 4:2:0 in BT.709, limited range.
///
/// A picture of another size than the recording's is scaled to it. Confined to the encoding thread.
final class FrameConverter {
    private let av: LibAV
    private let format: VideoFormat
    private var context: OpaquePointer?
    private var sourceSize: (width: Int32, height: Int32) = (0, 0)
    private var padded: [UInt8] = []

    init(av: LibAV, format: VideoFormat) {
        self.av = av
        self.format = format
    }

    deinit { av.functions.pointee.sws_freeContext(context) }

    /// Writes the picture into `frame`, which must be writable and of the recording's format.
    func convert(_ picture: PixelFrame, into frame: UnsafeMutablePointer<AVFrame>) throws {
        let isExact = picture.width % 2 == 0 && picture.height % 2 == 0
        if isExact {
            let size = (Int32(picture.width), Int32(picture.height))
            try picture.withPixels { pixels in
                try scale(pixels, stride: picture.bytesPerRow, size: size, into: frame)
            }
        } else {
            pad(picture)
            let size = (Int32(picture.width + picture.width % 2), Int32(picture.height + picture.height % 2))
            try padded.withUnsafeBytes { pixels in
                try scale(pixels, stride: Int(size.0) * 4, size: size, into: frame)
            }
        }
    }

    private func scale(
        _ pixels: UnsafeRawBufferPointer, stride: Int, size: (width: Int32, height: Int32),
        into frame: UnsafeMutablePointer<AVFrame>
    ) throws {
        try prepareContext(size)
        let source = pixels.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var rows: [UnsafePointer<UInt8>?] = [source, nil, nil, nil]
        var strides = [Int32(stride), 0, 0, 0]
        let data = frame.pointee.data
        var planes = [data.0, data.1, data.2, nil]
        let lines = frame.pointee.linesize
        var planeStrides = [lines.0, lines.1, lines.2, 0]
        _ = av.functions.pointee.sws_scale(context, &rows, &strides, 0, size.height, &planes, &planeStrides)
    }

    private func prepareContext(_ size: (width: Int32, height: Int32)) throws {
        guard context == nil || size != sourceSize else { return }
        // Without scaling the filter does not matter; with it, bilinear keeps text legible at little cost.
        context = av.functions.pointee.sws_getCachedContext(
            context, size.width, size.height, AV_PIX_FMT_BGR0, format.width, format.height, AV_PIX_FMT_YUV420P,
            SWS_BILINEAR, nil, nil, nil)
        guard let context else { throw AgentError.unavailable("no memory to convert a picture of the screen") }
        sourceSize = size
        let coefficients = av.functions.pointee.sws_getCoefficients(SWS_CS_ITU709)
        let unit: Int32 = 1 << 16
        _ = av.functions.pointee.sws_setColorspaceDetails(context, coefficients, 1, coefficients, 0, 0, unit, unit)
    }

    /// Repeats the last column and row of an odd size, so that no colour bleeds in from outside.
    private func pad(_ picture: PixelFrame) {
        let width = picture.width + picture.width % 2
        let height = picture.height + picture.height % 2
        if padded.count != width * height * 4 { padded = [UInt8](repeating: 0, count: width * height * 4) }
        padded.withUnsafeMutableBytes { target in
            picture.withPixels { source in
                for row in 0..<height {
                    let from = source[(min(row, picture.height - 1) * picture.bytesPerRow)...]
                    let to = UnsafeMutableRawBufferPointer(rebasing: target[(row * width * 4)...])
                    to.copyBytes(from: from.prefix(picture.width * 4))
                    if width > picture.width {
                        UnsafeMutableRawBufferPointer(rebasing: to[(picture.width * 4)...])
                            .copyBytes(from: from.dropFirst((picture.width - 1) * 4).prefix(4))
                    }
                }
            }
        }
    }
}
