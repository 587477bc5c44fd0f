#include "CPixels.h"

#include <string.h>

#define FILTER_NONE 0
#define FILTER_SUB 1

/// Pixels that have to differ, each from its neighbour, to count as a stretch.
#define STRETCH 16
/// A photograph's row has at least one in so many of its pixels in stretches.
#define PHOTOGRAPH 8

/// Pixels `first` to `width` of one row; `out` is where the row's first pixel goes.
static void filter_pixels(const uint8_t *row, size_t first, size_t width, int filter, uint8_t *out) {
    for (size_t x = first; x < width; x++) {
        const uint8_t *pixel = row + 4 * x;
        for (int channel = 0; channel < 3; channel++) {
            uint8_t left = filter == FILTER_NONE || x == 0 ? 0 : pixel[2 - channel - 4];
            out[3 * x + channel] = (uint8_t)(pixel[2 - channel] - left);
        }
    }
}

static int is_photograph(size_t stretches, size_t width) {
    return stretches * STRETCH * PHOTOGRAPH > width;
}

static int choose_filter(const uint8_t *row, size_t width) {
    size_t stretches = 0;
    for (size_t x = STRETCH; x + STRETCH <= width; x += STRETCH) {
        int differs = 1;
        for (size_t i = x; i < x + STRETCH; i++) differs &= memcmp(row + 4 * i, row + 4 * i - 4, 3) != 0;
        stretches += (size_t)differs;
    }
    return is_photograph(stretches, width) ? FILTER_SUB : FILTER_NONE;
}

#if defined(__x86_64__)
#include <tmmintrin.h>

/// Which of four pixels equal their left neighbours: all bits of their place. The fourth byte of a pixel means nothing.
__attribute__((target("ssse3")))
static __m128i repeats(const uint8_t *pixel) {
    const __m128i colors = _mm_set1_epi32(0x00ffffff);
    __m128i pixels = _mm_loadu_si128((const __m128i *)pixel);
    __m128i left = _mm_loadu_si128((const __m128i *)(pixel - 4));
    return _mm_cmpeq_epi32(_mm_and_si128(pixels, colors), _mm_and_si128(left, colors));
}

__attribute__((target("ssse3")))
static int choose_filter_ssse3(const uint8_t *row, size_t width) {
    size_t stretches = 0;
    for (size_t x = STRETCH; x + STRETCH <= width; x += STRETCH) {
        const uint8_t *pixel = row + 4 * x;
        __m128i first = _mm_or_si128(repeats(pixel), repeats(pixel + 16));
        __m128i second = _mm_or_si128(repeats(pixel + 32), repeats(pixel + 48));
        stretches += _mm_movemask_epi8(_mm_or_si128(first, second)) == 0;
    }
    return is_photograph(stretches, width) ? FILTER_SUB : FILTER_NONE;
}

/// Four pixels at a time: 16 bytes, less the 16 bytes one pixel to the left, then the shuffle that turns B, G, R, X
/// into R, G, B. Each store writes four bytes too many, which the next one overwrites.
__attribute__((target("ssse3")))
static void filter_row_ssse3(const uint8_t *row, size_t width, int filter, uint8_t *out) {
    const __m128i order = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    const __m128i subtracts = _mm_set1_epi8(filter == FILTER_SUB ? -1 : 0);
    size_t x = 1;
    if (width > 0) filter_pixels(row, 0, 1, filter, out);
    for (; x + 4 <= width; x += 4) {
        __m128i pixels = _mm_loadu_si128((const __m128i *)(row + 4 * x));
        __m128i left = _mm_and_si128(_mm_loadu_si128((const __m128i *)(row + 4 * x - 4)), subtracts);
        _mm_storeu_si128((__m128i *)(out + 3 * x), _mm_shuffle_epi8(_mm_sub_epi8(pixels, left), order));
    }
    filter_pixels(row, x, width, filter, out);
}
#endif

static void filter_row(const uint8_t *row, size_t width, uint8_t *out) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("ssse3")) {
        int filter = choose_filter_ssse3(row, width);
        *out = (uint8_t)filter;
        filter_row_ssse3(row, width, filter, out + 1);
        return;
    }
#endif
    int filter = choose_filter(row, width);
    *out = (uint8_t)filter;
    filter_pixels(row, 0, width, filter, out + 1);
}

void ga_png_filter(const uint8_t *bgrx, size_t bytes_per_row, size_t width, size_t rows, uint8_t *out) {
    for (size_t y = 0; y < rows; y++) filter_row(bgrx + y * bytes_per_row, width, out + y * (1 + 3 * width));
}
