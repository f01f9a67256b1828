/* describe DIRECTORY [SINCE]: a tree as text, one line an entry, sorted by bytes: type, mode, owner, name, content or target,
   attributes, holes, the other names of a file, time. Times at or after SINCE (seconds) show as "now", and holes only if they are large:
   overlayfs copies a MiB at a time. A repository that a test has planted at the top (see PlantedRepository) is left out. Walks by descriptors, so depth does not matter. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static long long since;

static void show(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = bytes[i];
        if (byte < 0x20 || byte > 0x7e || byte == '\\') printf("\\x%02x", byte);
        else putchar(byte);
    }
}

static void content(int directory, const char *name, const struct stat *stat) {
    int file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    int opened = file < 0 && errno == EACCES && fchmodat(directory, name, 0600, 0) == 0;
    if (opened) file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) { printf(" unreadable"); return; }
    char buffer[65536];
    uint64_t hash = 14695981039346656037u;
    ssize_t length, first = -1;
    for (off_t offset = 0; (length = read(file, buffer, sizeof buffer)) > 0; offset += length) {
        if (first < 0 && stat->st_size <= 60) { printf(" \""); show(buffer, length); printf("\""); first = length; }
        if (buffer[0] == 0 && memcmp(buffer, buffer + 1, length - 1) == 0) continue;
        hash = (hash ^ offset) * 1099511628211u;
        for (ssize_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)buffer[i]) * 1099511628211u;
    }
    if (stat->st_size > 60) printf(" %lld bytes %016llx%s", (long long)stat->st_size, (unsigned long long)hash, (!since || stat->st_size > 4 << 20) && stat->st_blocks * 512 < stat->st_size / 2 ? " sparse" : "");
    close(file);
    if (opened) fchmodat(directory, name, stat->st_mode & 07777, 0);
}

static int order(const void *left, const void *right) { return strcmp(*(char **)left, *(char **)right); }

static void attributes(int directory, const char *name, const struct stat *stat) {
    char path[600], names[65536], value[65536];
    snprintf(path, sizeof path, "/proc/self/fd/%d/%s", directory, name);
    int shut = !S_ISLNK(stat->st_mode) && (stat->st_mode & 0400) == 0 && fchmodat(directory, name, stat->st_mode | 0400, 0) == 0;
    ssize_t length = llistxattr(path, names, sizeof names);
    char *sorted[256];
    int count = 0;
    for (char *at = names; length > 0 && at < names + length && count < 256; at += strlen(at) + 1) sorted[count++] = at;
    qsort(sorted, count, sizeof *sorted, order);
    for (int i = 0; i < count; i++) {
        ssize_t size = lgetxattr(path, sorted[i], value, sizeof value);
        printf(" %s=", sorted[i]);
        if (size >= 0) show(value, size); else printf("?%d", errno);
    }
    if (shut) fchmodat(directory, name, stat->st_mode & 07777, 0);
}

/* The first name of a file with several. */
static void links(const struct stat *stat, const char *path) {
    static struct { ino_t inode; char *path; } *seen;
    static size_t count;
    if (S_ISDIR(stat->st_mode) || stat->st_nlink < 2) return;
    size_t at = 0;
    while (at < count && seen[at].inode != stat->st_ino) at++;
    if (at == count) {
        seen = realloc(seen, ++count * sizeof *seen);
        seen[at].inode = stat->st_ino;
        seen[at].path = strdup(path);
    }
    printf(" %ju links ", (uintmax_t)stat->st_nlink);
    show(seen[at].path, strlen(seen[at].path));
}

static void walk(int directory, const char *name, const char *path) {
    struct stat stat;
    if (fstatat(directory, name, &stat, AT_SYMLINK_NOFOLLOW) != 0) { printf("? %s %d\n", path, errno); return; }
    char type = S_ISREG(stat.st_mode) ? 'f' : S_ISDIR(stat.st_mode) ? 'd' : S_ISLNK(stat.st_mode) ? 'l' : S_ISFIFO(stat.st_mode) ? 'p' : S_ISSOCK(stat.st_mode) ? 's' : S_ISCHR(stat.st_mode) ? 'c' : 'b';
    printf("%c %04o %u:%u ", type, stat.st_mode & 07777, stat.st_uid, stat.st_gid);
    show(path, strlen(path));
    if (type == 'f') content(directory, name, &stat);
    if (type == 'l') {
        char target[4096];
        ssize_t length = readlinkat(directory, name, target, sizeof target);
        printf(" -> ");
        show(target, length < 0 ? 0 : length);
    }
    attributes(directory, name, &stat);
    links(&stat, path);
    if (since && stat.st_mtim.tv_sec >= since) printf(" now\n");
    else printf(" %lld.%09ld\n", (long long)stat.st_mtim.tv_sec, stat.st_mtim.tv_nsec);
    if (type != 'd') return;

    int opened = (stat.st_mode & 0700) != 0700 && geteuid() == stat.st_uid && fchmodat(directory, name, 0700, 0) == 0;
    int child = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    DIR *listing = child < 0 ? NULL : fdopendir(dup(child));
    if (!listing) { printf("unreadable %s: %d\n", path, errno); return; }
    char **names = NULL;
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(listing));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (strcmp(path, ".") == 0 && strcmp(entry->d_name, ".git") == 0 && faccessat(child, ".git/planted", F_OK, 0) == 0) continue;
        names = realloc(names, (count + 1) * sizeof *names);
        names[count++] = strdup(entry->d_name);
    }
    closedir(listing);
    qsort(names, count, sizeof *names, order);
    for (size_t i = 0; i < count; i++) {
        char *below;
        if (asprintf(&below, "%s%s%s", strcmp(path, ".") == 0 ? "" : path, strcmp(path, ".") == 0 ? "" : "/", names[i]) < 0) abort();
        walk(child, names[i], below);
        free(below);
        free(names[i]);
    }
    free(names);
    if (opened) fchmod(child, stat.st_mode & 07777);
    close(child);
}

int main(int count, char **arguments) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    since = count > 2 ? atoll(arguments[2]) : 0;
    /* From the directory above, for the tree itself may be shut. */
    char *name = strrchr(arguments[1], '/');
    if (!name || !name[1]) { fprintf(stderr, "no absolute path: %s\n", arguments[1]); return 1; }
    *name = 0;
    int above = open(*arguments[1] ? arguments[1] : "/", O_PATH | O_DIRECTORY);
    if (above < 0) { perror(arguments[1]); return 1; }
    walk(above, name + 1, ".");
    return 0;
}
