#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled expression of RE2, which matches in a time that grows with the text alone, in bounded memory. Any number of
/// threads may use one at once.
struct ga_regex;

/// Compiles `pattern`, which ends with a NUL and is UTF-8. `^` and `$` are the ends of lines, and nothing matches a line
/// feed. `program_limit` is the most instructions it may become.
///
/// Returns NULL and what is wrong, in `reason` of `capacity` bytes, for a pattern that is none.
struct ga_regex *ga_regex_compile(
    const char *pattern, bool ignores_case, int program_limit, char *reason, size_t capacity);

/// Looks for the first match in `text` between the bytes `*start` and `*end`; what is around those is looked at, not
/// matched. Sets `*start` and `*end` to the match.
bool ga_regex_find(const struct ga_regex *expression, const char *text, size_t length, size_t *start, size_t *end);

void ga_regex_free(struct ga_regex *expression);

#ifdef __cplusplus
}
#endif
