#include <spawn.h>
#include <sys/xattr.h>

// glibc has these since 2.34, 2.29 and 2.9, and declares them only to who asks for more than POSIX, which importing it in Swift does not.
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
int pipe2(int[2], int);

// posix_spawnattr_setflags: the child leads a session of its own (glibc 2.26).
static const short silta_spawn_setsid = 0x80;
