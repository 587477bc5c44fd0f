import AgentCore
import CLibAV
import CYUV
import ScreenCapture
import XDisplay

/// A picture as video is encoded from it: planar YUV 4:2:0, BT.709, limited range.
///
/// Stays on the thread of its session, or under the lock of its encoder.
final class YUVPicture {
    struct Plane {
        let start: UnsafeMutablePointer<UInt8>
        /// Bytes from one row to the next.
        let stride: Int
        let rows: Int
    }

    /// For the encoder.
    var frame: UnsafeMutablePointer<AVFrame> { owner.pointer }
    /// Luma, then the two planes of colour.
    private(set) var planes: [Plane]
    private let owner: Owned<AVFrame>
    private let av: ga_libav_functions

    /// - Parameter size: even sides.
    init(_ av: ga_libav_functions, size: VideoSize) throws(AgentError) {
        (self.av, owner, planes) = (av, try av.makeFrame(), [])
        frame.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        frame.pointee.width = Int32(size.width)
        frame.pointee.height = Int32(size.height)
        frame.pointee.color_range = AVCOL_RANGE_MPEG
        frame.pointee.colorspace = AVCOL_SPC_BT709
        try av.check(av.av_frame_get_buffer(frame, 0), "allocate a picture")
        try findPlanes()
    }

    /// To be called before the picture is written to: the encoder may still hold it, and then this makes a copy.
    func makeWritable() throws(AgentError) {
        try av.check(av.av_frame_make_writable(frame), "allocate a picture")
        try findPlanes()
    }

    /// 16 in limited range, without colour.
    func fillBlack() {
        for (index, plane) in planes.enumerated() {
            plane.start.update(repeating: index == 0 ? 16 : 128, count: plane.rows * plane.stride)
        }
    }

    /// Writes a part of a picture of this very size, or one less where that is odd, to the same place.
    ///
    /// - Parameter part: starts at even coordinates and ends at even ones or at the edge.
    func convert(_ part: ScreenRegion, of frame: PixelFrame) {
        var target = ga_yuv_picture(
            y: planes[0].start, u: planes[1].start, v: planes[2].start, y_stride: planes[0].stride,
            uv_stride: planes[1].stride)
        let region = ga_pixel_region(x: part.x, y: part.y, columns: part.width, rows: part.height)
        frame.withPixels { pixels in
            guard let start = pixels.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
            var source = ga_bgrx_picture(pixels: start, bytes_per_row: frame.bytesPerRow, height: frame.height)
            ga_yuv_convert(&source, region, &target)
        }
    }

    private func findPlanes() throws(AgentError) {
        let (data, strides, height) = (frame.pointee.data, frame.pointee.linesize, Int(frame.pointee.height))
        let luma = try av.require(data.0, "allocate a picture")
        let (u, v) = (try av.require(data.1, "allocate a picture"), try av.require(data.2, "allocate a picture"))
        planes = [
            Plane(start: luma, stride: Int(strides.0), rows: height),
            Plane(start: u, stride: Int(strides.1), rows: height / 2),
            Plane(start: v, stride: Int(strides.2), rows: height / 2),
        ]
    }
}
