/* Records what a process does to the files of one folder, in order and with the bytes. Loaded with LD_PRELOAD.
 *
 * Settings, from the environment:
 *   KLAVI_RECORDER_FOLDER   the folder, as an absolute path without symbolic links; without it nothing is recorded
 *   KLAVI_RECORDER_LOG      the log, outside the folder; it must exist, and every process appends to it
 *   KLAVI_RECORDER_NOSYNC   syncs of files whose path contains this do nothing and return 0; "/" means all of them
 *   KLAVI_RECORDER_FAULT    "write:N:ERRNO:once": the N-th call of this process fails; "sync" fails syncs of files,
 *                           "folder" those of folders, and "always" all calls from the N-th on
 *
 * Nothing is remembered about file descriptors: each call asks the kernel what the descriptor stands for. So the
 * library needs no lock, and forks, dup and inherited descriptors are right by construction.
 *
 * A change is logged after it took effect and before its call returns; a removal is logged before. A sync is logged
 * twice, when it begins and when it has succeeded: it covers what was logged before it began. So whatever a process
 * does because a call has returned stands in the log after that call. Each record is one write with O_APPEND, so that
 * records of several threads and processes do not mix. Files that end in "-shm" are not recorded.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define LARGEST_IOV 64
#define LOG_FD 700

/* The record on the log: this head, the path, the second path, the bytes. Little-endian on every machine we run on. */
struct head {
    uint32_t magic;
    uint8_t op;
    uint8_t unused;
    uint16_t path;
    uint32_t path2;
    uint32_t unused2;
    uint64_t inode;
    uint64_t number; /* offset, size or the number of a sync */
    uint64_t bytes;
};
#define MAGIC 0x4b4c4453u

enum { CREATE = 'c', WRITE = 'w', TRUNCATE = 't', GROW = 'g', SYNC = 's', SYNCED = 'S', SYNC_FAILED = 'F',
       SYNC_FOLDER = 'd', SYNCED_FOLDER = 'D', UNLINK = 'u', RENAME = 'r', LINK = 'l', ACK = 'a' };

static char *folder, *log_path, *nosync;
static size_t folder_length;
static atomic_uint next_sync;
static struct { int error, once; unsigned at; atomic_uint calls; char call[8]; } fault;

/* A copy: PostgreSQL writes the title of each process over its environment. */
static char *setting(const char *name) {
    const char *value = getenv(name);
    return value ? strdup(value) : NULL;
}

__attribute__((constructor)) static void start(void) {
    log_path = setting("KLAVI_RECORDER_LOG");
    nosync = setting("KLAVI_RECORDER_NOSYNC");
    const char *wanted = getenv("KLAVI_RECORDER_FAULT");
    char how[8];
    if (wanted && sscanf(wanted, "%7[a-z]:%u:%d:%7[a-z]", fault.call, &fault.at, &fault.error, how) == 4)
        fault.once = strcmp(how, "once") == 0;
    folder = log_path ? setting("KLAVI_RECORDER_FOLDER") : NULL;
    folder_length = folder ? strlen(folder) : 0;
}

static int below(const char *path) {
    return folder && strncmp(path, folder, folder_length) == 0 && path[folder_length] == '/';
}

static int ends(const char *path, const char *end) {
    size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

/* The process that started before may have closed it, so it is opened again when it is gone. */
static int log_fd(void) {
    static atomic_int kept;
    int fd = atomic_load(&kept);
    if (fd > 0 && syscall(SYS_fcntl, fd, F_GETFD) >= 0) return fd;
    int opened = (int)syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
    fd = (int)syscall(SYS_fcntl, opened, F_DUPFD_CLOEXEC, LOG_FD);
    syscall(SYS_close, opened);
    atomic_store(&kept, fd);
    return fd;
}

static void record(int op, uint64_t inode, uint64_t number, const char *path, const char *path2,
                   const struct iovec *data, int parts, size_t bytes) {
    int saved = errno;
    struct head head = { .magic = MAGIC, .op = (uint8_t)op, .path = (uint16_t)strlen(path),
                         .path2 = path2 ? (uint32_t)strlen(path2) : 0, .inode = inode, .number = number,
                         .bytes = bytes };
    struct iovec all[LARGEST_IOV + 3] = { { &head, sizeof head }, { (void *)path, head.path },
                                          { (void *)path2, head.path2 } };
    size_t left = bytes, whole = sizeof head + head.path + head.path2 + bytes;
    int used = 3;
    for (int part = 0; part < parts && left > 0; part++) {
        all[used].iov_base = data[part].iov_base;
        all[used].iov_len = data[part].iov_len < left ? data[part].iov_len : left;
        left -= all[used++].iov_len;
    }
    /* A log with a hole proves nothing. */
    if (left > 0 || syscall(SYS_writev, log_fd(), all, used) != (long)whole) {
        fprintf(stderr, "recorder: the log cannot be written: %s\n", strerror(errno));
        abort();
    }
    errno = saved;
}

/* Whether the descriptor is a recorded file or folder; then its path. A file without a name keeps the one it had. */
static int recorded(int fd, struct stat *status, char path[PATH_MAX]) {
    char link[32];
    if (!folder) return 0;
    int saved = errno;
    long length = -1;
    if (fstat(fd, status) == 0 && (S_ISREG(status->st_mode) || S_ISDIR(status->st_mode))) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    }
    errno = saved;
    if (length < 0) return 0;
    path[length] = 0;
    if (ends(path, " (deleted)")) path[length - 10] = 0;
    return (below(path) || (S_ISDIR(status->st_mode) && strcmp(path, folder) == 0)) && !ends(path, "-shm");
}

/* The absolute path of a name below a folder's descriptor. */
static int absolute(int at, const char *name, char path[PATH_MAX]) {
    char base[PATH_MAX] = "", link[32];
    if (!folder) return 0;
    if (name[0] != '/') {
        int saved = errno;
        snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        long length = syscall(SYS_readlinkat, AT_FDCWD, link, base, PATH_MAX - 1);
        errno = saved;
        if (length < 0) return 0;
        base[length] = 0;
        while (strncmp(name, "./", 2) == 0) name += 2;
    }
    if (snprintf(path, PATH_MAX, "%s%s%s", base, base[0] ? "/" : "", name) >= PATH_MAX) return 0;
    return below(path) && !ends(path, "-shm");
}

static int fails(const char *kind) {
    if (!fault.at || strcmp(fault.call, kind) != 0) return 0;
    unsigned call = atomic_fetch_add(&fault.calls, 1) + 1;
    if (call < fault.at || (fault.once && call > fault.at)) return 0;
    errno = fault.error;
    return 1;
}

static int open_at(int at, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    int changes = (flags & (O_CREAT | O_TRUNC)) && absolute(at, name, path);
    int saved = errno;
    int existed = changes && syscall(SYS_faccessat, at, name, F_OK) == 0;
    errno = saved;
    int fd = (int)syscall(SYS_openat, at, name, flags, mode);
    struct stat status;
    if (fd < 0 || !changes || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return fd;
    if (!existed) record(CREATE, status.st_ino, 0, path, NULL, NULL, 0, 0);
    else if (flags & O_TRUNC) record(TRUNCATE, status.st_ino, 0, path, NULL, NULL, 0, 0);
    return fd;
}

static mode_t mode_of(int flags, va_list arguments) {
    return (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN(name)                                                                                                     \
    EXPORT int name(const char *path, int flags, ...) {                                                                \
        va_list arguments;                                                                                             \
        va_start(arguments, flags);                                                                                    \
        mode_t mode = mode_of(flags, arguments);                                                                       \
        va_end(arguments);                                                                                             \
        return open_at(AT_FDCWD, path, flags, mode);                                                                   \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                                   \
    EXPORT int name(int at, const char *path, int flags, ...) {                                                        \
        va_list arguments;                                                                                             \
        va_start(arguments, flags);                                                                                    \
        mode_t mode = mode_of(flags, arguments);                                                                       \
        va_end(arguments);                                                                                             \
        return open_at(at, path, flags, mode);                                                                         \
    }
OPENAT(openat)
OPENAT(openat64)

EXPORT int __open_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
EXPORT int __open64_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
EXPORT int creat(const char *path, mode_t mode) {
    return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
EXPORT int creat64(const char *path, mode_t mode) { return creat(path, mode); }

/* All writes; an offset of -1 is where the descriptor stands. */
static ssize_t write_all(int fd, const struct iovec *data, int parts, off_t offset) {
    struct stat status;
    char path[PATH_MAX];
    int is_recorded = recorded(fd, &status, path);
    int is_ack = is_recorded && ends(path, ".acks");
    if (is_recorded && !is_ack && fails("write")) return -1;
    if (is_recorded && parts > LARGEST_IOV) parts = LARGEST_IOV;
    ssize_t written = offset < 0 ? syscall(SYS_writev, fd, data, parts)
                                 : syscall(SYS_pwritev, fd, data, parts, (long)offset, 0L);
    if (written <= 0 || !is_recorded) return written;
    if (offset < 0) offset = syscall(SYS_lseek, fd, 0, SEEK_CUR) - written;
    record(is_ack ? ACK : WRITE, status.st_ino, (uint64_t)offset, path, NULL, data, parts, (size_t)written);
    return written;
}

EXPORT ssize_t write(int fd, const void *data, size_t bytes) {
    /* Pipes and sockets as they are: the kernel may tell a write from a writev. */
    struct stat status;
    if (!folder || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return syscall(SYS_write, fd, data, bytes);
    return write_all(fd, &(struct iovec){ (void *)data, bytes }, 1, -1);
}
EXPORT ssize_t writev(int fd, const struct iovec *data, int parts) { return write_all(fd, data, parts, -1); }

#define PWRITE(name, offset_type)                                                                                      \
    EXPORT ssize_t name(int fd, const void *data, size_t bytes, offset_type offset) {                                  \
        return write_all(fd, &(struct iovec){ (void *)data, bytes }, 1, offset);                                       \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define PWRITEV(name, offset_type)                                                                                     \
    EXPORT ssize_t name(int fd, const struct iovec *data, int parts, offset_type offset) {                             \
        return write_all(fd, data, parts, offset);                                                                     \
    }
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

static int resized(int fd, int op, int result, off_t size) {
    struct stat status;
    char path[PATH_MAX];
    if (result == 0 && recorded(fd, &status, path))
        record(op, status.st_ino, (uint64_t)size, path, NULL, NULL, 0, 0);
    return result;
}
EXPORT int ftruncate(int fd, off_t size) {
    return resized(fd, TRUNCATE, (int)syscall(SYS_ftruncate, fd, size), size);
}
EXPORT int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }
EXPORT int truncate(const char *name, off_t size) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CLOEXEC, 0);
    if (fd < 0) return -1;
    int result = ftruncate(fd, size), error = errno;
    syscall(SYS_close, fd);
    errno = error;
    return result;
}
EXPORT int truncate64(const char *name, off64_t size) { return truncate(name, size); }
EXPORT int fallocate(int fd, int mode, off_t offset, off_t bytes) {
    /* Punching holes is refused, which callers have to expect. */
    if (mode != 0) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return resized(fd, GROW, (int)syscall(SYS_fallocate, fd, 0, offset, bytes), offset + bytes);
}
EXPORT int fallocate64(int fd, int mode, off64_t offset, off64_t bytes) { return fallocate(fd, mode, offset, bytes); }
EXPORT int posix_fallocate(int fd, off_t offset, off_t bytes) {
    int saved = errno, error = 0;
    if (fallocate(fd, 0, offset, bytes) != 0) error = errno;
    errno = saved;
    return error;
}
EXPORT int posix_fallocate64(int fd, off64_t offset, off64_t bytes) { return posix_fallocate(fd, offset, bytes); }

static int sync_file(int fd, long call) {
    struct stat status;
    char path[PATH_MAX];
    if (!recorded(fd, &status, path)) return (int)syscall(call, fd);
    if (nosync && strstr(path, nosync)) return 0;
    int is_folder = S_ISDIR(status.st_mode);
    uint64_t number = (uint64_t)getpid() << 32 | atomic_fetch_add(&next_sync, 1);
    record(is_folder ? SYNC_FOLDER : SYNC, status.st_ino, number, path, NULL, NULL, 0, 0);
    int failed = fails(is_folder ? "folder" : "sync") || syscall(call, fd) != 0;
    record(failed ? SYNC_FAILED : is_folder ? SYNCED_FOLDER : SYNCED, status.st_ino, number, path, NULL, NULL, 0, 0);
    return failed ? -1 : 0;
}
EXPORT int fsync(int fd) { return sync_file(fd, SYS_fsync); }
EXPORT int fdatasync(int fd) { return sync_file(fd, SYS_fdatasync); }

EXPORT int unlinkat(int at, const char *name, int flags) {
    char path[PATH_MAX];
    struct stat status;
    int saved = errno;
    if (!(flags & AT_REMOVEDIR) && absolute(at, name, path) && lstat(path, &status) == 0)
        record(UNLINK, status.st_ino, 0, path, NULL, NULL, 0, 0);
    errno = saved;
    return (int)syscall(SYS_unlinkat, at, name, flags);
}
EXPORT int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }

static int moved(int op, int result, int at, const char *name, int to_at, const char *to) {
    char from_path[PATH_MAX], to_path[PATH_MAX];
    struct stat status;
    if (result == 0 && absolute(at, name, from_path) && absolute(to_at, to, to_path) && lstat(to_path, &status) == 0)
        record(op, status.st_ino, 0, from_path, to_path, NULL, 0, 0);
    return result;
}
EXPORT int renameat(int at, const char *name, int to_at, const char *to) {
    return moved(RENAME, (int)syscall(SYS_renameat2, at, name, to_at, to, 0), at, name, to_at, to);
}
EXPORT int rename(const char *name, const char *to) { return renameat(AT_FDCWD, name, AT_FDCWD, to); }
EXPORT int link(const char *name, const char *to) {
    return moved(LINK, (int)syscall(SYS_linkat, AT_FDCWD, name, AT_FDCWD, to, 0), AT_FDCWD, name, AT_FDCWD, to);
}
