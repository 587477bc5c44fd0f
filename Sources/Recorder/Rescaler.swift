import AgentCore
import CLibAV
import ScreenCapture

/// Converts and scales whole pictures of the screen, for videos of another size (libswscale).
///
/// Stays on the thread of its session, or under the lock of its encoder.
final class Rescaler {
    let screen: VideoSize
    private let placement: Placement
    private let av: ga_libav_functions
    private let scaler: OpaquePointer

    /// - Parameters:
    ///   - screen: the size of the pictures.
    ///   - placement: where they go. Its sides and position are even.
    init(_ av: ga_libav_functions, screen: VideoSize, placement: Placement) throws(AgentError) {
        guard
            let scaler = av.sws_getContext(
                Int32(screen.width), Int32(screen.height), AV_PIX_FMT_BGR0, Int32(placement.size.width),
                Int32(placement.size.height), AV_PIX_FMT_YUV420P, SWS_AREA, nil, nil, nil)
        else {
            throw AgentError.internalError("cannot convert pictures of \(screen.width)x\(screen.height) pixels")
        }
        (self.av, self.screen, self.placement, self.scaler) = (av, screen, placement, scaler)
        let bt709 = av.sws_getCoefficients(SWS_CS_ITU709)
        let (full, limited, neutral): (Int32, Int32, Int32) = (1, 0, 1 << 16)
        _ = av.sws_setColorspaceDetails(scaler, bt709, full, bt709, limited, 0, neutral, neutral)
    }

    deinit { av.sws_freeContext(scaler) }

    /// Writes over the part of `picture` that the placement names.
    func convert(_ frame: PixelFrame, into picture: YUVPicture) {
        let targets: [UnsafeMutablePointer<UInt8>?] = picture.planes.enumerated().map { index, plane in
            let shift = index == 0 ? 0 : 1
            return plane.start + (placement.y >> shift) * plane.stride + (placement.x >> shift)
        }
        let strides = picture.planes.map { Int32($0.stride) }
        frame.withPixels { pixels in
            let source = [pixels.baseAddress?.assumingMemoryBound(to: UInt8.self)]
            _ = av.sws_scale(scaler, source, [Int32(frame.bytesPerRow)], 0, Int32(frame.height), targets, strides)
        }
    }
}
