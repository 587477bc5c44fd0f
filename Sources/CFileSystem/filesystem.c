#define _GNU_SOURCE
#include "CFileSystem.h"

#include <fcntl.h>

const int GA_O_PATH = O_PATH;
const int GA_O_TMPFILE = O_TMPFILE;
