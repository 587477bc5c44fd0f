#include "CArchive.h"

#include <errno.h>

// libarchive's list of formats names xar, and the linker would take along what writes it, libxml2 and ICU. Nobody here
// asks for it.
int archive_write_set_format_xar(struct archive *archive) {
    archive_set_error(archive, ENOSYS, "xar is left out");
    return ARCHIVE_FATAL;
}
