#include "CPixels.h"

#define FILTER_SUB 1

/// Pixels `first` to `width` of one row; `out` is where the row's first pixel goes.
static void filter_pixels(const uint8_t *row, size_t first, size_t width, uint8_t *out) {
    for (size_t x = first; x < width; x++) {
        const uint8_t *pixel = row + 4 * x;
        for (int channel = 0; channel < 3; channel++) {
            uint8_t left = x == 0 ? 0 : pixel[2 - channel - 4];
            out[3 * x + channel] = (uint8_t)(pixel[2 - channel] - left);
        }
    }
}

#if defined(__x86_64__)
#include <tmmintrin.h>

/// Four pixels at a time: 16 bytes less the 16 bytes one pixel to the left, then the shuffle that turns B, G, R, X into
/// R, G, B. Each store writes four bytes too many, which the next one overwrites.
__attribute__((target("ssse3")))
static void filter_row_ssse3(const uint8_t *row, size_t width, uint8_t *out) {
    const __m128i order = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    size_t x = 1;
    if (width > 0) filter_pixels(row, 0, 1, out);
    for (; x + 4 <= width; x += 4) {
        __m128i pixels = _mm_loadu_si128((const __m128i *)(row + 4 * x));
        __m128i left = _mm_loadu_si128((const __m128i *)(row + 4 * x - 4));
        __m128i difference = _mm_shuffle_epi8(_mm_sub_epi8(pixels, left), order);
        _mm_storeu_si128((__m128i *)(out + 3 * x), difference);
    }
    filter_pixels(row, x, width, out);
}
#endif

static void filter_row(const uint8_t *row, size_t width, uint8_t *out) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("ssse3")) {
        filter_row_ssse3(row, width, out);
        return;
    }
#endif
    filter_pixels(row, 0, width, out);
}

void ga_png_filter_sub(const uint8_t *bgrx, size_t bytes_per_row, size_t width, size_t rows, uint8_t *out) {
    for (size_t y = 0; y < rows; y++) {
        *out++ = FILTER_SUB;
        filter_row(bgrx + y * bytes_per_row, width, out);
        out += 3 * width;
    }
}
