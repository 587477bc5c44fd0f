// libarchive reads and writes the archives: zip, and tar through Zstandard.
#ifndef GUEST_AGENT_CARCHIVE_H
#define GUEST_AGENT_CARCHIVE_H

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

/// A locale for `uselocale` that differs from "C" in its characters only, or 0 (`man 3 newlocale`).
static inline locale_t ga_character_locale(const char *name) {
    return newlocale(LC_CTYPE_MASK, name, (locale_t)0);
}

#endif
