// Loops over pixels that need byte shuffles, which Swift cannot emit for x86-64 without raising the baseline of the
// whole program: here the instruction set is chosen at run time.
#ifndef GUEST_AGENT_CPIXELS_H
#define GUEST_AGENT_CPIXELS_H

#include <stddef.h>
#include <stdint.h>

/// Bytes that `ga_png_filter_sub` may write behind the last row.
#define GA_PNG_FILTER_SLACK 16

/// Writes `rows` rows of B, G, R, X pixels as PNG scanlines: the filter type 1 ("Sub"), then R, G, B of each pixel less
/// those of the pixel to its left (PNG specification, "Filtering"). `out` needs `rows * (1 + 3 * width)` bytes and
/// `GA_PNG_FILTER_SLACK`.
void ga_png_filter_sub(const uint8_t *bgrx, size_t bytes_per_row, size_t width, size_t rows, uint8_t *out);

#endif
