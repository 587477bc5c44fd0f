// Pixels of the screen as video wants them. C, because the compiler makes vector instructions of these loops, and the set
// of instructions is chosen at run time.
#ifndef GUEST_AGENT_CYUV_H
#define GUEST_AGENT_CYUV_H

#include <stddef.h>
#include <stdint.h>

/// Rows of B, G, R, X pixels, the top one first.
typedef struct {
    const uint8_t *pixels;
    size_t bytes_per_row;
    size_t height;
} ga_bgrx_picture;

/// Planar YUV 4:2:0 (I420). Its sides are even: those of the pixels, rounded up.
typedef struct {
    uint8_t *y;
    uint8_t *u;
    uint8_t *v;
    size_t y_stride;
    size_t uv_stride;
} ga_yuv_picture;

/// A part of a picture, wholly in it.
typedef struct {
    size_t x;
    size_t y;
    size_t columns;
    size_t rows;
} ga_pixel_region;

/// Converts a part of `from` to the same place of `to`: BT.709, limited range, colour averaged over two by two pixels.
///
/// The part starts at even coordinates and ends at even ones or at the edge of the picture. The column or row that an
/// odd side lacks repeats its neighbour.
void ga_yuv_convert(const ga_bgrx_picture *from, ga_pixel_region part, const ga_yuv_picture *to);

#endif
