#include "CRegex.h"

#include <re2/re2.h>

#include <cstdio>
#include <string>

namespace {

// Before the pattern: ^ and $ are those of a line.
const std::string kLines = "(?m)";

RE2::Options options(bool ignores_case) {
    RE2::Options result;
    result.set_log_errors(false);
    result.set_case_sensitive(!ignores_case);
    result.set_never_nl(true);
    return result;
}

}  // namespace

struct ga_regex {
    ga_regex(const char *pattern, bool ignores_case) : expression(kLines + pattern, options(ignores_case)) {}

    RE2 expression;
};

struct ga_regex *ga_regex_compile(
    const char *pattern, bool ignores_case, int program_limit, char *reason, size_t capacity) {
    auto *result = new ga_regex(pattern, ignores_case);
    std::string problem;
    if (!result->expression.ok()) {
        problem = result->expression.error();
        if (auto place = problem.find(kLines); place != std::string::npos) problem.erase(place, kLines.size());
    } else if (result->expression.ProgramSize() > program_limit) {
        problem = "its repetitions make it too large";
    }
    if (problem.empty()) return result;
    std::snprintf(reason, capacity, "%s", problem.c_str());
    delete result;
    return nullptr;
}

bool ga_regex_find(const struct ga_regex *expression, const char *text, size_t length, size_t *start, size_t *end) {
    re2::StringPiece match;
    if (!expression->expression.Match({text, length}, *start, *end, RE2::UNANCHORED, &match, 1)) return false;
    *start = match.data() - text;
    *end = *start + match.size();
    return true;
}

void ga_regex_free(struct ga_regex *expression) {
    delete expression;
}
