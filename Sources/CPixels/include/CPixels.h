// Loops over pixels that need byte shuffles, which Swift cannot emit for x86-64 without raising the baseline of the
// whole program: here the instruction set is chosen at run time.
#ifndef GUEST_AGENT_CPIXELS_H
#define GUEST_AGENT_CPIXELS_H

#include <stddef.h>
#include <stdint.h>

/// Bytes that `ga_png_filter` may write behind the last row.
#define GA_PNG_FILTER_SLACK 16

/// Writes `rows` rows of B, G, R, X pixels as PNG scanlines: the filter type, then R, G, B of each pixel (PNG
/// specification, "Filtering"). `out` needs `rows * (1 + 3 * width)` bytes and `GA_PNG_FILTER_SLACK`.
///
/// A row with long stretches in which every pixel differs from its neighbour is a photograph's and gets "Sub"; others
/// get "None", because what repeats on a page (letters, lines) repeats pixel for pixel.
void ga_png_filter(const uint8_t *bgrx, size_t bytes_per_row, size_t width, size_t rows, uint8_t *out);

/// Adds `weight` times each of `count` bytes to the sum at its place. The sums of one output row are those of input
/// rows whose weights make 256 together.
void ga_scale_add_row(const uint8_t *bytes, size_t count, uint16_t weight, uint16_t *sums);

/// Makes one row of `out_width` pixels of such sums. Pixel i is made of the input pixels `starts[i]` up to and with
/// `ends[i]`; their weights, 256 together for each pixel, follow one another in `weights`.
void ga_scale_finish_row(const uint16_t *sums, const uint32_t *starts, const uint32_t *ends, const uint16_t *weights,
                         size_t out_width, uint8_t *out);

#endif
