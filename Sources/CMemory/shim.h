// What glibc says of a process's own memory, of which the Swift library's module leaves out what is not in a standard.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
