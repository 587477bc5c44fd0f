#define _GNU_SOURCE
#include "CFileSystem.h"

#include <fcntl.h>
#include <unistd.h>

const int GA_O_PATH = O_PATH;
const int GA_O_TMPFILE = O_TMPFILE;
const int GA_SEEK_DATA = SEEK_DATA;
const int GA_SEEK_HOLE = SEEK_HOLE;
